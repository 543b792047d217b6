//! Who learns how far a message has got.

use std::collections::HashSet;

use crate::error::Refusal;
use crate::wire::{Attachment, AttachmentKind, Content, PersonId, Receipt};

/// Refuses everybody but the sender of a message: when others read is nobody else's affair.
pub fn check_asker(asker: PersonId, sender: PersonId) -> Result<(), Refusal> {
    if asker == sender {
        return Ok(());
    }
    Err(Refusal::NotAllowed("only who sent a message sees when it was read"))
}

/// Refuses whoever says to have listened where there is nothing to listen to.
pub fn check_listening(content: &Content) -> Result<(), Refusal> {
    let is_voice = |it: &Attachment| matches!(it.kind, AttachmentKind::Voice(_));
    if content.attachments().iter().any(is_voice) {
        return Ok(());
    }
    Err(Refusal::NotAllowed("this message carries no voice"))
}

impl Receipt {
    /// The receipt as the sender of the message sees it: who does not tell what they read is not
    /// told either.
    pub fn seen_by(self, viewer: PersonId, private: &HashSet<PersonId>) -> Self {
        if private.contains(&viewer) || private.contains(&self.person) {
            let hidden = Self { read: false, read_at_ms: None, read_hidden: true, ..self };
            return Self { listened: false, listened_at_ms: None, ..hidden };
        }
        self
    }
}
