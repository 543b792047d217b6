//! What a file is, by its first bytes: what its name and its sender say is not believed.

use image::ImageFormat;
use palabre_signaling::wire::AttachmentKind;

/// What the first bytes of a file say.
#[derive(Debug, PartialEq)]
pub(super) struct Found {
    /// Of what type.
    pub(super) media_type: String,
    /// How it is shown; pictures are looked at further.
    pub(super) kind: AttachmentKind,
    /// How to read it, when it is a picture.
    pub(super) picture: Option<ImageFormat>,
}

/// Returns what a file is that starts with `head`.
pub(super) fn of(head: &[u8]) -> Found {
    let found = infer::get(head).map(|found| found.mime_type());
    let media_type = match found {
        // Apple's name, and the one that browsers know.
        Some("audio/m4a") => "audio/mp4",
        Some("audio/x-wav") => "audio/wav",
        Some("audio/x-flac") => "audio/flac",
        Some(known) => known,
        None if is_text(head) => "text/plain",
        None => "application/octet-stream",
    };
    let picture = match media_type {
        "image/jpeg" => Some(ImageFormat::Jpeg),
        "image/png" => Some(ImageFormat::Png),
        "image/gif" => Some(ImageFormat::Gif),
        "image/webp" => Some(ImageFormat::WebP),
        _ => None,
    };
    let kind = match media_type {
        film if VIDEO.contains(&film) => AttachmentKind::Video,
        sound if AUDIO.contains(&sound) => AttachmentKind::Audio,
        _ => AttachmentKind::File,
    };
    Found { media_type: String::from(media_type), kind, picture }
}

/// The type as which a file is served. Only what a browser plays or draws keeps its own: whatever
/// it could run as a page is served as bytes.
pub(crate) fn served_as(media_type: &str) -> &str {
    let is_played = VIDEO.contains(&media_type) || AUDIO.contains(&media_type);
    let is_drawn = ["image/jpeg", "image/png", "image/gif", "image/webp"].contains(&media_type);
    let is_read = media_type == "application/pdf";
    if is_played || is_drawn || is_read { media_type } else { "application/octet-stream" }
}

/// Whether it is text: UTF-8 without control characters. The last character may be cut.
fn is_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.is_empty() && !text.chars().any(|it| it.is_control() && !"\t\r\n\u{c}".contains(it))
}

/// Bytes that tell what a file is.
pub(super) const HEAD_BYTES: u64 = 8 * 1024;

const VIDEO: [&str; 3] = ["video/mp4", "video/webm", "video/quicktime"];

const AUDIO: [&str; 7] =
    ["audio/mpeg", "audio/mp4", "audio/ogg", "audio/webm", "audio/wav", "audio/flac", "audio/aac"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_first_bytes_say() {
        let webm = [b"\x1a\x45\xdf\xa3\x42\x82\x84webm".as_slice(), &[0; 250]].concat();
        for (head, media_type, kind) in [
            (b"\xff\xd8\xff\xe0".as_slice(), "image/jpeg", AttachmentKind::File),
            (b"%PDF-1.7", "application/pdf", AttachmentKind::File),
            (b"PK\x03\x04", "application/zip", AttachmentKind::File),
            (&webm, "video/webm", AttachmentKind::Video),
            (b"OggS", "audio/ogg", AttachmentKind::Audio),
            (b"a menu\n", "text/plain", AttachmentKind::File),
            (b"\x00\x01\x02\x03", "application/octet-stream", AttachmentKind::File),
        ] {
            let found = of(head);
            assert_eq!((found.media_type.as_str(), found.kind), (media_type, kind));
        }
    }

    #[test]
    fn a_letter_that_the_head_cuts_is_still_text() {
        assert_eq!(of(&"é".as_bytes()[..1]).media_type, "application/octet-stream");
        assert_eq!(of(&"aé".as_bytes()[..2]).media_type, "text/plain");
    }

    #[test]
    fn what_a_browser_could_run_is_served_as_bytes() {
        for page in ["text/html", "image/svg+xml", "text/xml", "text/plain", "application/zip"] {
            assert_eq!(served_as(page), "application/octet-stream", "{page}");
        }
        assert_eq!(served_as("image/png"), "image/png");
        assert_eq!(served_as("audio/webm"), "audio/webm");
    }
}
