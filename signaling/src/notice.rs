//! Who is told of what while no page is open.

use crate::wire::{
    Attachment, AttachmentKind, Carried, Content, Keep, Notify, PersonId, PushNotice,
};

/// How a message concerns one of its readers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Concern {
    /// It names them or answers them.
    pub mentions: bool,
    /// They want no notices at this time of day.
    pub quiet: bool,
}

/// Whether a reader is told of a message. Beeps were allowed one by one, and are told of always.
pub fn is_told(content: &Content, keep: &Keep, concern: Concern, now_ms: i64) -> bool {
    match content {
        Content::Beep { .. } => true,
        Content::Text { .. } => {
            let muted = keep.muted_until_ms.is_some_and(|until_ms| now_ms < until_ms);
            let wanted = match keep.notify {
                Notify::All => true,
                Notify::Mentions => concern.mentions,
                Notify::Nothing => false,
            };
            wanted && !muted && !concern.quiet
        }
        Content::Created
        | Content::Call { .. }
        | Content::Deleted { .. }
        | Content::MembersAdded { .. }
        | Content::MemberRemoved { .. }
        | Content::MemberLeft
        | Content::Expired
        | Content::LifetimeChanged { .. }
        | Content::AdminChanged { .. }
        | Content::Renamed { .. } => false,
    }
}

/// Whether a person is among those named in a message.
pub fn names(content: &Content, person: PersonId) -> bool {
    crate::message::mentions(content).any(|named| named == person)
}

/// The beginning of a text that fits a notice, cut where a letter ends.
pub fn excerpt(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((cut, _)) = line.char_indices().nth(MAX_EXCERPT_CHARS) else { return line };
    format!("{}…", &line[..cut])
}

/// What the first file of a message is.
pub fn carried(attachments: &[Attachment]) -> Option<Carried> {
    Some(match attachments.first()?.kind {
        AttachmentKind::Image { .. } => Carried::Image,
        AttachmentKind::Video => Carried::Video,
        AttachmentKind::Audio => Carried::Audio,
        AttachmentKind::Voice { .. } => Carried::Voice,
        AttachmentKind::File => Carried::File,
    })
}

/// Takes out what a device without previews is not to show.
pub fn without_preview(notice: &PushNotice) -> PushNotice {
    let mut notice = notice.clone();
    match &mut notice {
        PushNotice::Message { text, carries, .. } => (*text, *carries) = (None, None),
        PushNotice::Beep { why, .. } => *why = None,
        PushNotice::Call { .. }
        | PushNotice::Missed { .. }
        | PushNotice::CallOver { .. }
        | PushNotice::Read { .. }
        | PushNotice::Test => {}
    }
    notice
}

/// Characters of a text in a notice: two lines of a locked screen.
const MAX_EXCERPT_CHARS: usize = 160;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_muted_conversation_and_quiet_hours_keep_messages_back_but_not_beeps() {
        let muted = Keep { muted_until_ms: Some(10), ..Keep::default() };
        let (text, beep) = (Content::text("hello"), Content::Beep { why: None });
        let told = |content, keep: &Keep, quiet, now_ms| {
            is_told(content, keep, Concern { mentions: true, quiet }, now_ms)
        };

        assert!(!told(&text, &muted, false, 9));
        assert!(told(&text, &muted, false, 10));
        assert!(!told(&text, &Keep::default(), true, 10));
        assert!(told(&beep, &muted, true, 9));
        assert!(!told(&Content::MemberLeft, &Keep::default(), false, 9));
    }

    #[test]
    fn whoever_wants_mentions_alone_is_told_of_them_alone() {
        let told = |notify, mentions| {
            let keep = Keep { notify, ..Keep::default() };
            is_told(&Content::text("hello"), &keep, Concern { mentions, quiet: false }, 0)
        };

        assert!(told(Notify::All, false));
        assert!(told(Notify::Mentions, true));
        assert!(!told(Notify::Mentions, false));
        assert!(!told(Notify::Nothing, true));
    }

    #[test]
    fn an_excerpt_is_one_line_that_ends_after_a_letter() {
        assert_eq!(excerpt(" two\n lines "), "two lines");
        let long = excerpt(&"é".repeat(161));
        assert_eq!(long.chars().count(), 161);
        assert!(long.ends_with("é…"));
        assert_eq!(excerpt(&"é".repeat(160)).chars().count(), 160);
    }
}
