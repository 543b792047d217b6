//! What a message may carry: how files are called, how many, and what a recording looks like.

use crate::error::Refusal;
use crate::text::one_line;
use crate::wire::{Attachment, AttachmentKind, FileGroup, SentFile, Voice};

/// Returns the name under which a file is kept: one line without a path, its ending kept when it is
/// cut.
pub fn check_name(name: &str) -> String {
    // Browsers tell no paths, but programs do, of either kind.
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = one_line(name);
    if name.trim_matches('.').is_empty() {
        return String::from(UNNAMED);
    }
    if name.len() <= MAX_NAME_BYTES {
        return name;
    }
    let ending = name.rfind('.').map_or("", |at| &name[at..]);
    let ending = if ending.len() <= MAX_ENDING_BYTES { ending } else { "" };
    let cut = floor_char_boundary(&name, MAX_NAME_BYTES - ending.len());
    format!("{}{ending}", name[..cut].trim_end())
}

/// Refuses more files than a message may carry, and recordings that cannot be shown.
pub fn check_files(files: &[SentFile]) -> Result<(), Refusal> {
    if MAX_FILES < files.len() {
        return Err(Refusal::TooMany { what: "files in a message", limit: MAX_FILES });
    }
    files.iter().filter_map(|file| file.voice.as_ref()).try_for_each(check_voice)
}

/// Returns the file as a voice message; refuses what is no sound.
pub fn as_voice(attachment: Attachment, voice: Voice) -> Result<Attachment, Refusal> {
    // Recorders put sound alone into containers of films, and nobody has looked into them.
    let media_type = match attachment.media_type.as_str() {
        "video/webm" => String::from("audio/webm"),
        "video/mp4" => String::from("audio/mp4"),
        sound if sound.starts_with("audio/") => String::from(sound),
        _ => return Err(Refusal::BadVoice("send a recording")),
    };
    Ok(Attachment { media_type, kind: AttachmentKind::Voice(voice), ..attachment })
}

/// In which list a file stands.
pub fn group_of(kind: &AttachmentKind) -> FileGroup {
    match kind {
        AttachmentKind::Image { .. } | AttachmentKind::Video => FileGroup::Media,
        AttachmentKind::Audio | AttachmentKind::Voice(_) => FileGroup::Audio,
        AttachmentKind::File => FileGroup::Documents,
    }
}

fn check_voice(voice: &Voice) -> Result<(), Refusal> {
    if !(1..=MAX_VOICE_MS).contains(&voice.duration_ms) {
        let most = u64::from(MAX_VOICE_MS);
        return Err(Refusal::OutOfRange { what: "duration_ms", least: 1, most });
    }
    if !(1..=MAX_BARS).contains(&voice.waveform.len()) {
        return Err(Refusal::BadVoice("its waveform has 1 to 64 parts"));
    }
    if voice.waveform.iter().any(|loudness| LOUDEST < *loudness) {
        return Err(Refusal::BadVoice("its waveform has parts of 0 to 100"));
    }
    Ok(())
}

fn floor_char_boundary(text: &str, most: usize) -> usize {
    (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// Files of one message.
pub const MAX_FILES: usize = 10;

/// Longest recording, in ms.
const MAX_VOICE_MS: u32 = 3_600_000;

/// Parts of a waveform: more than a bubble has room for.
const MAX_BARS: usize = 64;

/// The loudest part of a waveform.
const LOUDEST: u8 = 100;

/// Longest name of a file, in bytes of UTF-8; what file systems take.
const MAX_NAME_BYTES: usize = 255;

/// Longest ending that is kept when a name is cut, its dot included, in bytes.
const MAX_ENDING_BYTES: usize = 16;

/// What a file is called that has no name.
const UNNAMED: &str = "file";

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::wire::FileId;

    #[test]
    fn a_name_is_one_line_without_a_path() {
        for (given, kept) in [
            ("menu.pdf", "menu.pdf"),
            ("C:\\Users\\ana\\menu.pdf", "menu.pdf"),
            ("../../etc/passwd", "passwd"),
            ("photo\n\u{202e}gpj.exe", "photo gpj.exe"),
            ("..", "file"),
            ("", "file"),
            ("a/", "file"),
        ] {
            assert_eq!(check_name(given), kept, "{given:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let kept = check_name(&format!("{}.jpeg", "é".repeat(300)));

        assert!(kept.len() <= MAX_NAME_BYTES && kept.ends_with("é.jpeg"), "{kept}");
        assert!(check_name(&"a".repeat(900)).len() == MAX_NAME_BYTES);
        assert!(check_name(&format!("a.{}", "b".repeat(900))).len() == MAX_NAME_BYTES);
    }

    #[test]
    fn a_voice_message_is_a_sound() {
        for (found, told) in [("video/webm", "audio/webm"), ("audio/ogg", "audio/ogg")] {
            let voice = as_voice(attachment(found), voice()).unwrap();
            assert_eq!(voice.media_type, told);
        }
        for other in ["application/pdf", "image/png", "video/quicktime"] {
            assert!(as_voice(attachment(other), voice()).is_err(), "{other}");
        }
    }

    #[test]
    fn a_recording_that_cannot_be_shown_is_refused() {
        let check = |voice| check_files(&[sent(Some(voice))]);
        assert_eq!(check(voice()), Ok(()));
        assert!(check(Voice { duration_ms: 0, ..voice() }).is_err());
        assert!(check(Voice { duration_ms: MAX_VOICE_MS + 1, ..voice() }).is_err());
        assert!(check(Voice { waveform: vec![], ..voice() }).is_err());
        assert!(check(Voice { waveform: vec![1; MAX_BARS + 1], ..voice() }).is_err());
        assert!(check(Voice { waveform: vec![LOUDEST + 1], ..voice() }).is_err());
    }

    #[test]
    fn a_message_carries_ten_files_at_most() {
        assert_eq!(check_files(&vec![sent(None); MAX_FILES]), Ok(()));
        assert!(check_files(&vec![sent(None); MAX_FILES + 1]).is_err());
    }

    #[test]
    fn every_kind_of_file_is_read_as_it_was_written() {
        let image = AttachmentKind::Image {
            width: 4,
            height: 3,
            placeholder: String::from("x"),
            animated: false,
        };
        for kind in [image, AttachmentKind::File, AttachmentKind::Voice(voice())] {
            let written = Attachment { kind, ..attachment("a/b") };
            let json = serde_json::to_string(&written).unwrap();
            assert_eq!(serde_json::from_str::<Attachment>(&json).unwrap(), written);
        }
    }

    fn sent(voice: Option<Voice>) -> SentFile {
        SentFile { file: FileId(Uuid::nil()), voice }
    }

    fn voice() -> Voice {
        Voice { duration_ms: 1_200, waveform: vec![0, 50, LOUDEST] }
    }

    fn attachment(media_type: &str) -> Attachment {
        Attachment {
            file: FileId(Uuid::nil()),
            name: String::from("a"),
            bytes: 1,
            media_type: String::from(media_type),
            kind: AttachmentKind::File,
        }
    }
}
