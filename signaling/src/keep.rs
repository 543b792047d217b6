//! How a person keeps a conversation for themselves.

use crate::error::Refusal;
use crate::message::MAX_TEXT_BYTES;
use crate::wire::{FOR_EVER_MS, Keep, KeepChange};

/// Returns how a conversation is kept after a change; `None` when it stays as it is.
pub fn change(keep: &Keep, change: &KeepChange, now_ms: i64) -> Result<Option<Keep>, Refusal> {
    let mut changed = keep.clone();
    match change {
        KeepChange::Pin { on: true } => {
            changed.pinned_at_ms = changed.pinned_at_ms.or(Some(now_ms));
            changed.archived = false;
        }
        KeepChange::Pin { on: false } => changed.pinned_at_ms = None,
        KeepChange::Archive { on } => {
            changed.archived = *on;
            changed.pinned_at_ms = changed.pinned_at_ms.filter(|_| !on);
        }
        KeepChange::Mute { until_ms } => {
            if until_ms.is_some_and(|until_ms| !(0..=FOR_EVER_MS).contains(&until_ms)) {
                let most = FOR_EVER_MS.unsigned_abs();
                return Err(Refusal::OutOfRange { what: "until_ms", least: 0, most });
            }
            changed.muted_until_ms = until_ms.filter(|until_ms| now_ms < *until_ms);
        }
        KeepChange::Notify { notify } => changed.notify = *notify,
        KeepChange::MarkUnread { on } => changed.marked_unread = *on,
        KeepChange::Draft { draft } => {
            let len = draft.as_ref().map_or(0, |draft| draft.text.len());
            if MAX_TEXT_BYTES < len {
                return Err(Refusal::TooLong { len, limit: MAX_TEXT_BYTES });
            }
            changed.draft = draft.clone().filter(|it| !it.text.is_empty() || it.quote.is_some());
        }
    }
    Ok((changed != *keep).then_some(changed))
}

/// Conversations that one person may have at the top of the list.
pub const MAX_PINNED_CONVERSATIONS: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::KeptDraft;

    #[test]
    fn what_is_put_to_the_top_is_not_put_away_and_the_other_way_round() {
        let top = after(&Keep::default(), &KeepChange::Pin { on: true });
        let away = after(&top, &KeepChange::Archive { on: true });

        assert_eq!((top.pinned_at_ms, top.archived), (Some(NOW_MS), false));
        assert_eq!((away.pinned_at_ms, away.archived), (None, true));
        let top = after(&away, &KeepChange::Pin { on: true });
        assert_eq!((top.pinned_at_ms, top.archived), (Some(NOW_MS), false));
    }

    #[test]
    fn what_is_so_already_is_no_change() {
        let top = after(&Keep::default(), &KeepChange::Pin { on: true });

        assert_eq!(change(&top, &KeepChange::Pin { on: true }, NOW_MS + 5), Ok(None));
        let past = KeepChange::Mute { until_ms: Some(NOW_MS) };
        assert_eq!(change(&top, &past, NOW_MS), Ok(None));
    }

    #[test]
    fn a_draft_of_nothing_is_none_and_a_long_one_is_refused() {
        let draft = |text: &str| KeepChange::Draft {
            draft: Some(KeptDraft { text: text.into(), quote: None, quote_number: None }),
        };
        let begun = after(&Keep::default(), &draft("so"));

        assert_eq!(after(&begun, &draft("")).draft, None);
        let long = change(&begun, &draft(&"a".repeat(MAX_TEXT_BYTES + 1)), NOW_MS);
        assert!(matches!(long, Err(Refusal::TooLong { .. })));
    }

    #[test]
    fn times_that_no_device_could_read_are_refused() {
        for until_ms in [i64::MAX, -1, FOR_EVER_MS + 1] {
            let mute = KeepChange::Mute { until_ms: Some(until_ms) };
            assert!(change(&Keep::default(), &mute, NOW_MS).is_err());
        }
        let for_ever = KeepChange::Mute { until_ms: Some(FOR_EVER_MS) };
        assert_eq!(after(&Keep::default(), &for_ever).muted_until_ms, Some(FOR_EVER_MS));
    }

    fn after(keep: &Keep, what: &KeepChange) -> Keep {
        change(keep, what, NOW_MS).unwrap().unwrap()
    }

    const NOW_MS: i64 = 1_800_000_000_000;
}
