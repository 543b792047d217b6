//! Makes a picture fit to be shown to others: turned upright, without what its camera wrote into it,
//! and with a small form of itself.

use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::metadata::Orientation;
use image::{
    DynamicImage, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, ImageResult, Limits,
    RgbImage,
};
use palabre_signaling::error::Refusal;
use palabre_signaling::wire::AttachmentKind;

use super::strip::strip;

/// A picture that is fit to be shown.
#[derive(Debug)]
pub(super) struct Picture {
    /// As it is kept.
    pub(super) bytes: Vec<u8>,
    /// Its type, which may have changed when it was turned.
    pub(super) media_type: &'static str,
    /// What is told of it.
    pub(super) kind: AttachmentKind,
    /// A small form of it, a JPEG.
    pub(super) thumbnail: Vec<u8>,
}

/// Looks at a picture. It takes memory by its pixels, so those that announce too many are refused
/// before they are decoded.
pub(super) fn prepare(bytes: Vec<u8>, format: ImageFormat) -> Result<Picture, Refusal> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes.as_slice()), format);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_DECODER_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| Refusal::BadPicture)?;
    let (width, height) = decoder.dimensions();
    if MAX_PIXELS < u64::from(width) * u64::from(height)
        || MAX_DECODED_BYTES < decoder.total_bytes()
    {
        return Err(Refusal::PictureTooLarge { limit: MAX_PIXELS / 1_000_000 });
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let colours = decoder.icc_profile().ok().flatten();
    let mut image = DynamicImage::from_decoder(decoder).map_err(|_| Refusal::BadPicture)?;
    image.apply_orientation(orientation);
    let stripped = strip(format, &bytes).ok_or(Refusal::BadPicture)?;
    let animated = stripped.animated;
    let (bytes, media_type) = if orientation == Orientation::NoTransforms {
        (stripped.bytes, format.to_mime_type())
    } else {
        encode(&image, colours).map_err(|_| Refusal::BadPicture)?
    };
    let kind = AttachmentKind::Image {
        width: image.width(),
        height: image.height(),
        placeholder: placeholder(&image),
        animated,
    };
    let thumbnail = thumbnail(&image).map_err(|_| Refusal::BadPicture)?;
    Ok(Picture { bytes, media_type, kind, thumbnail })
}

/// Encodes a picture that was turned, in the form that loses least of it.
fn encode(image: &DynamicImage, colours: Option<Vec<u8>>) -> ImageResult<(Vec<u8>, &'static str)> {
    let mut bytes = Vec::new();
    // What a profile describes must not get lost, but a picture without one is better than none.
    if image.color().has_alpha() {
        let mut encoder = PngEncoder::new(&mut bytes);
        let _ = colours.map(|colours| encoder.set_icc_profile(colours));
        image.write_with_encoder(encoder)?;
        return Ok((bytes, ImageFormat::Png.to_mime_type()));
    }
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, KEPT_QUALITY);
    let _ = colours.map(|colours| encoder.set_icc_profile(colours));
    // JPEG knows no 16 bits a colour.
    DynamicImage::from(image.to_rgb8()).write_with_encoder(encoder)?;
    Ok((bytes, ImageFormat::Jpeg.to_mime_type()))
}

fn thumbnail(image: &DynamicImage) -> ImageResult<Vec<u8>> {
    // One that is small already is not made larger.
    let side = THUMBNAIL_SIDE.min(image.width().max(image.height()));
    let small = on_white(&image.thumbnail(side, side));
    let mut bytes = Vec::new();
    small.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, THUMBNAIL_QUALITY))?;
    Ok(bytes)
}

/// A JPEG has no transparent pixels: they show what pages of paper show.
fn on_white(image: &DynamicImage) -> RgbImage {
    let mut flat = RgbImage::new(image.width(), image.height());
    for (pixel, flat) in image.to_rgba8().pixels().zip(flat.pixels_mut()) {
        let alpha = u16::from(pixel[3]);
        for channel in 0..3 {
            let mixed = u16::from(pixel[channel]) * alpha + 255 * (255 - alpha);
            // At most 255.
            flat[channel] = (mixed / 255) as u8;
        }
    }
    flat
}

fn placeholder(image: &DynamicImage) -> String {
    let tiny = image.thumbnail(PLACEHOLDER_SIDE, PLACEHOLDER_SIDE).to_rgba8();
    let (width, height) = (tiny.width() as usize, tiny.height() as usize);
    STANDARD_NO_PAD.encode(thumbhash::rgba_to_thumb_hash(width, height, tiny.as_raw()))
}

/// Most pixels of a picture: what the cameras of telephones make.
const MAX_PIXELS: u64 = 50_000_000;

/// Most memory that a decoded picture may take, in bytes: four for each pixel.
const MAX_DECODED_BYTES: u64 = 4 * MAX_PIXELS;

/// Most memory that a decoder may take for itself, in bytes.
const MAX_DECODER_BYTES: u64 = 2 * MAX_DECODED_BYTES;

/// Longer side of a small picture, in pixels: a bubble on a sharp screen.
const THUMBNAIL_SIDE: u32 = 640;

/// Qualities of JPEG, of 100: hardly any loss, and what is good enough to look at in passing.
const KEPT_QUALITY: u8 = 92;
const THUMBNAIL_QUALITY: u8 = 75;

/// Longer side of what a ThumbHash is made of, in pixels; it takes 100 at most.
const PLACEHOLDER_SIDE: u32 = 64;

#[cfg(test)]
mod tests {
    use image::{ColorType, Rgb, Rgba, RgbaImage};

    use super::*;

    #[test]
    fn a_picture_is_turned_as_its_camera_was_held() {
        // Red on the left, blue on the right; the camera was turned by a quarter.
        let wide =
            RgbImage::from_fn(
                64,
                32,
                |x, _| {
                    if x < 32 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) }
                },
            );
        let mut bytes = Vec::new();
        JpegEncoder::new_with_quality(&mut bytes, 95)
            .encode(wide.as_raw(), 64, 32, ColorType::Rgb8.into())
            .unwrap();
        let bytes = [&bytes[..2], &exif(6), &bytes[2..]].concat();

        let picture = prepare(bytes, ImageFormat::Jpeg).unwrap();

        let AttachmentKind::Image { width, height, .. } = picture.kind else {
            panic!("no picture")
        };
        assert_eq!((width, height), (32, 64));
        let turned = image::load_from_memory(&picture.bytes).unwrap().to_rgb8();
        assert!(turned[(16, 4)][0] > 200 && turned[(16, 60)][2] > 200);
        assert!(!contains(&picture.bytes, b"Exif"));
    }

    #[test]
    fn a_picture_that_is_upright_keeps_every_pixel_and_loses_what_else_is_in_it() {
        let bytes = png(3, 2);
        let text = [&14_u32.to_be_bytes(), b"tEXt".as_slice(), b"GPS\x006.13N,1.2E", &[0; 4]];
        let text = text.concat();
        // After the signature and the header.
        let given = [&bytes[..33], &text, &bytes[33..]].concat();

        let picture = prepare(given, ImageFormat::Png).unwrap();

        assert_eq!((picture.bytes, picture.media_type), (bytes, "image/png"));
    }

    #[test]
    fn a_small_form_fits_a_bubble_and_is_never_larger_than_the_picture() {
        let small = prepare(png(3, 2), ImageFormat::Png).unwrap().thumbnail;
        let large = prepare(png(2_000, 500), ImageFormat::Png).unwrap().thumbnail;

        let size = |bytes: &[u8]| {
            let image = image::load_from_memory(bytes).unwrap();
            (image.width(), image.height())
        };
        assert_eq!(size(&small), (3, 2));
        assert_eq!(size(&large), (640, 160));
    }

    #[test]
    fn a_picture_that_announces_too_many_pixels_is_refused_before_it_is_decoded() {
        let mut bomb = png(1, 1);
        bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        let crc = crc32(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&crc.to_be_bytes());

        let refused = prepare(bomb, ImageFormat::Png).unwrap_err();

        assert_eq!(refused, Refusal::PictureTooLarge { limit: 50 });
    }

    #[test]
    fn a_picture_that_cannot_be_decoded_is_refused() {
        let cut = &png(64, 64)[..60];

        for (bytes, format) in [(cut, ImageFormat::Png), (b"GIF89a", ImageFormat::Gif)] {
            assert_eq!(prepare(bytes.to_vec(), format).unwrap_err(), Refusal::BadPicture);
        }
    }

    fn png(width: u32, height: u32) -> Vec<u8> {
        let image = RgbaImage::from_fn(width, height, |x, y| Rgba([x as u8, y as u8, 9, 255]));
        let mut bytes = Vec::new();
        image.write_with_encoder(PngEncoder::new(&mut bytes)).unwrap();
        bytes
    }

    /// A segment that says how the camera was held (TIFF 6.0 § 2, EXIF 2.32 § 4.6.4).
    fn exif(orientation: u8) -> Vec<u8> {
        let entry = [1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0];
        let tiff = [b"MM\0*\0\0\0\x08\0\x01".as_slice(), &entry, &[0; 4]].concat();
        let content = [b"Exif\0\0".as_slice(), &tiff].concat();
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [&[0xff, 0xe1], length.as_slice(), &content].concat()
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 }
            })
        })
    }

    fn contains(bytes: &[u8], part: &[u8]) -> bool {
        bytes.windows(part.len()).any(|window| window == part)
    }
}
