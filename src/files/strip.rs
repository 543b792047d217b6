//! Takes out of pictures what cameras and programs write into them besides the picture: where it was
//! taken, when, by whom, and smaller pictures of what was cut away since.
//!
//! Only parts that are known to be needed for drawing stay, and nothing stays behind the end: what
//! cannot be taken apart is no picture. Pixels are left as they are.

use image::ImageFormat;

/// A picture without what does not belong to it.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Stripped {
    /// What is left.
    pub(super) bytes: Vec<u8>,
    /// It has several frames.
    pub(super) animated: bool,
}

/// Returns what is to be kept of a picture; `None` when it cannot be taken apart.
#[expect(clippy::wildcard_enum_match_arm, reason = "`kind::of` names these four alone")]
pub(super) fn strip(format: ImageFormat, bytes: &[u8]) -> Option<Stripped> {
    match format {
        ImageFormat::Jpeg => jpeg(bytes),
        ImageFormat::Png => png(bytes),
        ImageFormat::Gif => gif(bytes),
        ImageFormat::WebP => webp(bytes),
        _ => None,
    }
}

/// A cursor that never reads beyond the end.
struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|taken| taken[0])
    }
}

/// Markers and segments of ITU-T T.81 § B.1.1.
fn jpeg(bytes: &[u8]) -> Option<Stripped> {
    let mut cursor = Cursor { rest: bytes };
    let mut kept = cursor.take(2).filter(|start| *start == [0xff, 0xd8])?.to_vec();
    loop {
        if cursor.byte()? != 0xff {
            return None;
        }
        // Any number of fill bytes may stand before a marker.
        let marker = loop {
            match cursor.byte()? {
                0xff => {}
                marker => break marker,
            }
        };
        if marker == END_OF_IMAGE {
            break;
        }
        let header = cursor.rest.get(..2)?;
        let length = usize::from(u16::from_be_bytes([header[0], header[1]]));
        let segment = cursor.take(length)?;
        let content = segment.get(2..)?;
        if is_needed_segment(marker, content) {
            kept.extend([0xff, marker]);
            kept.extend(segment);
        }
        if marker == START_OF_SCAN {
            let scan = scan_length(cursor.rest);
            kept.extend(cursor.take(scan)?);
            if cursor.rest.is_empty() {
                // The end is missing, as in pictures whose transfer was cut; decoders draw them.
                break;
            }
        }
    }
    kept.extend([0xff, END_OF_IMAGE]);
    Some(Stripped { bytes: kept, animated: false })
}

/// Tables, frames and scans, and of the applications' segments those that say how colours are meant.
fn is_needed_segment(marker: u8, content: &[u8]) -> bool {
    match marker {
        0xc0..=0xcf | 0xda..=0xdd => true,
        0xe0 => content.starts_with(b"JFIF\0"),
        0xe2 => content.starts_with(b"ICC_PROFILE\0"),
        0xee => content.starts_with(b"Adobe"),
        _ => false,
    }
}

/// How far a scan reaches: to the next marker that is neither an escape nor a restart.
fn scan_length(rest: &[u8]) -> usize {
    let is_marker = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7 | 0xff);
    rest.windows(2).position(is_marker).unwrap_or(rest.len())
}

/// Chunks of PNG (W3C PNG, third edition, § 5.3).
fn png(bytes: &[u8]) -> Option<Stripped> {
    let mut cursor = Cursor { rest: bytes };
    let mut kept = cursor.take(8)?.to_vec();
    let mut animated = false;
    loop {
        let length = cursor.rest.get(..4)?;
        let length = u32::from_be_bytes(length.try_into().expect("it has four bytes"));
        // Its length, its type, its content and its checksum.
        let chunk = cursor.take(usize::try_from(length).ok()?.checked_add(12)?)?;
        let kind = &chunk[4..8];
        // Those that start with a capital letter cannot be done without.
        if kind[0].is_ascii_uppercase() || PNG_CHUNKS.contains(&kind) {
            kept.extend(chunk);
        }
        animated |= kind == b"acTL";
        if kind == b"IEND" {
            return Some(Stripped { bytes: kept, animated });
        }
    }
}

/// Chunks of RIFF in a WebP (RFC 9649 § 2.3).
fn webp(bytes: &[u8]) -> Option<Stripped> {
    let mut cursor = Cursor { rest: bytes };
    let header = cursor.take(12)?;
    let length = u32::from_le_bytes(header[4..8].try_into().expect("it has four bytes"));
    // What stands behind the end that the header tells does not belong to it.
    let content = usize::try_from(length).ok()?.checked_sub(4)?;
    cursor.rest = cursor.rest.get(..content.min(cursor.rest.len()))?;
    let mut kept = header.to_vec();
    let mut animated = false;
    while !cursor.rest.is_empty() {
        let length = cursor.rest.get(4..8)?;
        let length = u32::from_le_bytes(length.try_into().expect("it has four bytes"));
        let length = usize::try_from(length).ok()?;
        let chunk = cursor.take(length.checked_add(8)?)?;
        let kind = &chunk[..4];
        if WEBP_CHUNKS.contains(&kind) {
            let start = kept.len();
            kept.extend(chunk);
            if kind == b"VP8X" {
                let flags = kept.get_mut(start + 8)?;
                animated = *flags & WEBP_ANIMATION != 0;
                *flags &= !(WEBP_EXIF | WEBP_XMP);
            }
            // Chunks start at even places.
            kept.extend(vec![0; length % 2]);
        }
        let padding = (length % 2).min(cursor.rest.len());
        cursor.take(padding)?;
    }
    let length = u32::try_from(kept.len() - 8).ok()?;
    kept[4..8].copy_from_slice(&length.to_le_bytes());
    Some(Stripped { bytes: kept, animated })
}

/// Blocks of GIF (GIF89a § 17 to 27).
fn gif(bytes: &[u8]) -> Option<Stripped> {
    let mut cursor = Cursor { rest: bytes };
    let header = cursor.take(13)?;
    let mut kept = header.to_vec();
    kept.extend(cursor.take(colour_table(header[10]))?);
    let mut frames = 0;
    loop {
        let block = cursor.rest;
        match cursor.byte()? {
            0x3b => break,
            0x2c => {
                let descriptor = cursor.take(9)?;
                cursor.take(colour_table(descriptor[8]))?;
                // How many bits codes start with.
                cursor.byte()?;
                sub_blocks(&mut cursor)?;
                kept.extend(&block[..block.len() - cursor.rest.len()]);
                frames += 1;
            }
            0x21 => {
                let label = cursor.byte()?;
                let is_loop = block.get(3..).is_some_and(|it| it.starts_with(b"NETSCAPE2.0"));
                sub_blocks(&mut cursor)?;
                if label == 0xf9 || label == 0xff && is_loop {
                    kept.extend(&block[..block.len() - cursor.rest.len()]);
                }
            }
            _ => return None,
        }
    }
    kept.push(0x3b);
    Some(Stripped { bytes: kept, animated: 1 < frames })
}

/// How long the table of colours is that these flags announce.
fn colour_table(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

fn sub_blocks(cursor: &mut Cursor<'_>) -> Option<()> {
    loop {
        match cursor.byte()? {
            0 => return Some(()),
            length => cursor.take(usize::from(length))?,
        };
    }
}

const START_OF_SCAN: u8 = 0xda;
const END_OF_IMAGE: u8 = 0xd9;

/// Chunks that say how a PNG is to be drawn, besides those that cannot be done without.
const PNG_CHUNKS: [&[u8]; 13] = [
    b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs", b"acTL", b"fcTL",
    b"fdAT", b"cICP", b"mDCV",
];

const WEBP_CHUNKS: [&[u8]; 7] = [b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];

/// Flags of VP8X (RFC 9649 § 2.7.1).
const WEBP_ANIMATION: u8 = 0x02;
const WEBP_XMP: u8 = 0x04;
const WEBP_EXIF: u8 = 0x08;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECRET: &[u8] = b"6.1319 N 1.2228 E";

    #[test]
    fn a_jpeg_keeps_its_picture_and_loses_where_it_was_taken() {
        let scan = [0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56];
        let table = segment(0xdb, &[0; 65]);
        let start = segment(0xda, &[0; 10]);
        let kept = [&[0xff, 0xd8], table.as_slice(), &start, &scan, &[0xff, 0xd9]].concat();
        let exif = segment(0xe1, &[b"Exif\0\0".as_slice(), SECRET].concat());
        let comment = segment(0xfe, SECRET);
        let given = [
            &[0xff, 0xd8],
            exif.as_slice(),
            &table,
            &comment,
            &start,
            &scan,
            &[0xff, 0xd9],
            SECRET,
        ]
        .concat();

        assert_eq!(strip(ImageFormat::Jpeg, &given).unwrap().bytes, kept);
    }

    #[test]
    fn a_png_keeps_its_picture_and_loses_its_texts() {
        let chunk = |kind: &[u8], content: &[u8]| {
            let length = u32::try_from(content.len()).unwrap().to_be_bytes();
            [length.as_slice(), kind, content, &[0; 4]].concat()
        };
        let start = b"\x89PNG\r\n\x1a\n".as_slice();
        let (head, data, end) =
            (chunk(b"IHDR", &[1; 13]), chunk(b"IDAT", &[2]), chunk(b"IEND", &[]));
        let given =
            [start, &head, &chunk(b"eXIf", SECRET), &chunk(b"tEXt", SECRET), &data, &end, SECRET];

        let stripped = strip(ImageFormat::Png, &given.concat()).unwrap();

        assert_eq!(stripped.bytes, [start, &head, &data, &end].concat());
    }

    #[test]
    fn a_webp_keeps_its_picture_and_says_that_nothing_else_is_there() {
        let chunk = |kind: &[u8], content: &[u8]| {
            let length = u32::try_from(content.len()).unwrap().to_le_bytes();
            [kind, &length, content, &vec![0; content.len() % 2]].concat()
        };
        let file = |chunks: &[Vec<u8>]| {
            let content = chunks.concat();
            let length = u32::try_from(content.len() + 4).unwrap().to_le_bytes();
            [b"RIFF".as_slice(), &length, b"WEBP", &content].concat()
        };
        let head = |flags| chunk(b"VP8X", &[flags, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        let data = chunk(b"VP8 ", &[7; 3]);
        let exif = chunk(b"EXIF", SECRET);
        let given = [file(&[head(0x1e), data.clone(), exif]), SECRET.to_vec()].concat();

        let stripped = strip(ImageFormat::WebP, &given).unwrap();

        assert_eq!(stripped, Stripped { bytes: file(&[head(0x12), data]), animated: true });
    }

    #[test]
    fn a_gif_keeps_its_frames_and_loses_its_comments() {
        let head = [b"GIF89a".as_slice(), &[1, 0, 1, 0, 0x80, 0, 0], &[0; 6]].concat();
        let frame = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x4c, 0x01, 0];
        let repeat = [&[0x21, 0xff, 11], b"NETSCAPE2.0".as_slice(), &[3, 1, 0, 0, 0]].concat();
        let comment = [&[0x21, 0xfe, SECRET.len() as u8], SECRET, &[0]].concat();
        let given = [&head, repeat.as_slice(), &frame, &comment, &frame, &[0x3b], SECRET].concat();

        let stripped = strip(ImageFormat::Gif, &given).unwrap();

        let kept = [&head, repeat.as_slice(), &frame, &frame, &[0x3b]].concat();
        assert_eq!(stripped, Stripped { bytes: kept, animated: true });
    }

    proptest! {
        #[test]
        fn whatever_comes_is_taken_apart_or_refused(
            start in prop::sample::select(vec![
                b"\xff\xd8\xff\xe1".as_slice(), b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\xff\0\0\0WEBPVP8X",
            ]),
            rest in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let bytes = [start, &rest].concat();
            for format in
                [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP]
            {
                if let Some(stripped) = strip(format, &bytes) {
                    // The end of a JPEG and the padding of a WebP may be added.
                    prop_assert!(stripped.bytes.len() <= bytes.len() + 2);
                }
            }
        }
    }

    fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [&[0xff, marker], length.as_slice(), content].concat()
    }
}
