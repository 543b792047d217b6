//! How large the tests are that a bar of docs/performance.md gives a number to.

/// `full` where `FULL=1` asks for the size of the bar itself, and otherwise `short`, which shows
/// the same in seconds.
pub(crate) fn size(short: usize, full: usize) -> usize {
    if std::env::var_os("FULL").is_some() { full } else { short }
}
