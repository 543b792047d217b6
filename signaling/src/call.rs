//! Calls.

/// Devices in one call; one more is refused.
pub const MAX_PARTICIPANTS: usize = 100;
