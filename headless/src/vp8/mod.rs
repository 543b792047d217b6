//! Draws a VP8 test picture without an encoder: flat macroblocks, one of which moves.
//!
//! Every macroblock is one colour, so its prediction is exact and a frame is a few dozen bytes
//! that any decoder shows. The bitstream is RFC 6386; the quantizer is the finest, at which flat
//! colours survive unchanged.

mod bits;
mod tables;

use bits::BoolEncoder;
use tables::{
    CATEGORIES, CHROMA_FIRST, CHROMA_MORE, COEFFICIENT_UPDATE, KEY_CHROMA_DC, KEY_LUMA_DC,
    LUMA_ANY, MOTION_UPDATE, Y2_FIRST, Y2_MORE, ZERO_MOTION,
};

/// A colour as screens have it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Colour {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
}

/// One frame.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The bitstream.
    pub data: Vec<u8>,
    /// Whether it can be decoded without the frames before it.
    pub key: bool,
}

/// A moving picture: a plain background on which a lighter or darker square wanders.
#[derive(Debug)]
pub struct Picture {
    width: u16,
    height: u16,
    colour: Colour,
    /// Macroblocks of the frame the receiver has; empty before the first one.
    shown: Vec<Yuv>,
    drawn: usize,
    key_wanted: bool,
}

impl Picture {
    /// Makes a picture of 16 to 16,383 pixels a side on a background of `colour`.
    pub fn new(width: u16, height: u16, colour: Colour) -> Self {
        Self { width, height, colour, shown: Vec::new(), drawn: 0, key_wanted: true }
    }

    /// Makes the next frame a key frame.
    pub fn want_key(&mut self) {
        self.key_wanted = true;
    }

    /// Draws the next frame.
    ///
    /// Its last bytes repeat the colour: decoders stop before them, and [`Colour::of_frame`] lets
    /// a receiver without a decoder tell whose picture it has.
    pub fn next_frame(&mut self) -> Frame {
        let key = std::mem::take(&mut self.key_wanted);
        let macroblocks = self.macroblocks();
        let (header, tokens) =
            if key { self.write_key(&macroblocks) } else { self.write_delta(&macroblocks) };
        self.shown = macroblocks;
        self.drawn += 1;

        let mut data = self.frame_tag(key, header.len());
        data.extend_from_slice(&header);
        data.extend_from_slice(&tokens);
        data.extend_from_slice(&[self.colour.red, self.colour.green, self.colour.blue]);
        Frame { data, key }
    }

    fn columns(&self) -> usize {
        usize::from(self.width).div_ceil(16)
    }

    fn rows(&self) -> usize {
        usize::from(self.height).div_ceil(16)
    }

    /// The frame as it should look, row by row.
    fn macroblocks(&self) -> Vec<Yuv> {
        let mut macroblocks = vec![Yuv::from(self.colour); self.columns() * self.rows()];
        let square = self.drawn / FRAMES_PER_STEP % macroblocks.len();
        macroblocks[square].y = macroblocks[square].y.wrapping_add(128);
        macroblocks
    }

    /// Uncompressed start of a frame (§9.1).
    fn frame_tag(&self, key: bool, header_len: usize) -> Vec<u8> {
        let shown = 1 << 4;
        let tag = u32::from(!key) | shown | (header_len as u32) << 5;
        let mut data = tag.to_le_bytes()[..3].to_vec();
        if key {
            data.extend_from_slice(&KEY_START_CODE);
            data.extend_from_slice(&self.width.to_le_bytes());
            data.extend_from_slice(&self.height.to_le_bytes());
        }
        data
    }

    /// First partition and tokens of a key frame: each macroblock is predicted from its
    /// neighbours above and to the left.
    fn write_key(&self, macroblocks: &[Yuv]) -> (Vec<u8>, Vec<u8>) {
        let mut header = BoolEncoder::new();
        header.literal(2, 0); // color space, clamping
        write_common_header(&mut header);
        header.literal(1, 1); // refresh entropy probabilities
        write_no_coefficient_updates(&mut header);
        let mut tokens = Tokens::new(self.columns());
        for (at, wanted) in macroblocks.iter().enumerate() {
            let (row, column) = (at / self.columns(), at % self.columns());
            let above = (row > 0).then(|| macroblocks[at - self.columns()]);
            let left = (column > 0).then(|| macroblocks[at - 1]);
            let residual = wanted.minus(predicted(above, left));
            header.bit(KEEP_PROBABILITY, residual == Residual::default());
            for (probability, bit) in KEY_LUMA_DC {
                header.bit(probability, bit);
            }
            header.bit(KEY_CHROMA_DC, false);
            tokens.write(column, residual);
        }
        (header.finish(), tokens.finish())
    }

    /// First partition and tokens of a frame in which each macroblock is the one before it plus a
    /// difference.
    fn write_delta(&self, macroblocks: &[Yuv]) -> (Vec<u8>, Vec<u8>) {
        let mut header = BoolEncoder::new();
        write_common_header(&mut header);
        header.literal(2, 0); // golden and alternate frames stay
        header.literal(4, 0); // nothing is copied to them
        header.literal(2, 0); // sign biases
        header.literal(1, 1); // refresh entropy probabilities
        header.literal(1, 1); // the next frame builds on this one
        write_no_coefficient_updates(&mut header);
        header.literal(8, ALWAYS_INTER.into());
        header.literal(8, ALWAYS_LAST.into());
        header.literal(8, 128); // golden or alternate, never asked
        header.literal(2, 0); // intra mode probabilities stay
        for probability in MOTION_UPDATE {
            header.bit(probability, false);
        }
        let mut tokens = Tokens::new(self.columns());
        for (at, wanted) in macroblocks.iter().enumerate() {
            let (row, column) = (at / self.columns(), at % self.columns());
            let residual = wanted.minus(self.shown[at]);
            header.bit(KEEP_PROBABILITY, residual == Residual::default());
            header.bit(ALWAYS_INTER, true);
            header.bit(ALWAYS_LAST, false);
            header.bit(ZERO_MOTION[still_neighbours(row, column)], false);
            tokens.write(column, residual);
        }
        (header.finish(), tokens.finish())
    }
}

impl Colour {
    /// Reads the colour that [`Picture::next_frame`] left at the end of a frame, or of the last
    /// packet of one.
    pub fn of_frame(data: &[u8]) -> Option<Self> {
        let &[red, green, blue] = data.last_chunk()?;
        Some(Self { red, green, blue })
    }
}

/// A colour as VP8 codes it (BT.601, limited range).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Yuv {
    y: u8,
    u: u8,
    v: u8,
}

impl Yuv {
    fn minus(self, other: Self) -> Residual {
        let difference = |a: u8, b: u8| i16::from(a) - i16::from(b);
        Residual {
            y: difference(self.y, other.y),
            u: difference(self.u, other.u),
            v: difference(self.v, other.v),
        }
    }
}

impl From<Colour> for Yuv {
    fn from(colour: Colour) -> Self {
        let [r, g, b] = [colour.red, colour.green, colour.blue].map(i32::from);
        let part = |offset: i32, sum: i32| (offset + ((sum + 128) >> 8)) as u8;
        Self {
            y: part(16, 66 * r + 129 * g + 25 * b),
            u: part(128, -38 * r - 74 * g + 112 * b),
            v: part(128, 112 * r - 94 * g - 18 * b),
        }
    }
}

/// What a macroblock is above its prediction, per pixel.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Residual {
    y: i16,
    u: i16,
    v: i16,
}

/// The second partition: coefficients, with the contexts that neighbours leave (§13.3).
#[derive(Debug)]
struct Tokens {
    encoder: BoolEncoder,
    /// Per column: whether luma DC, U and V of the macroblock above had coefficients.
    above: Vec<[bool; 3]>,
    left: [bool; 3],
}

impl Tokens {
    fn new(columns: usize) -> Self {
        Self { encoder: BoolEncoder::new(), above: vec![[false; 3]; columns], left: [false; 3] }
    }

    fn write(&mut self, column: usize, residual: Residual) {
        if column == 0 {
            self.left = [false; 3];
        }
        let before = [self.above[column], self.left];
        let now = [residual.y != 0, residual.u != 0, residual.v != 0];
        self.above[column] = now;
        self.left = now;
        if now == [false; 3] {
            return;
        }

        let context = |plane: usize| usize::from(before[0][plane]) + usize::from(before[1][plane]);
        // At the finest quantizer one step of the luma DC block is an eighth of a level, one of a
        // chroma block half a level (§14.1, §14.3).
        self.coefficient(&Y2_FIRST[context(0)], Y2_MORE, residual.y * 8);
        for _ in 0..LUMA_BLOCKS {
            self.encoder.bit(LUMA_ANY, false);
        }
        for (plane, value) in [(1, residual.u), (2, residual.v)] {
            // Two by two blocks: within the macroblock a neighbour has what this one has.
            let inside = usize::from(value != 0);
            let [above, left] = before.map(|nonzero| usize::from(nonzero[plane]));
            for context in [above + left, above + inside, inside + left, 2 * inside] {
                self.coefficient(&CHROMA_FIRST[context], CHROMA_MORE, value * 2);
            }
        }
    }

    /// Writes a block that has at most its first coefficient (§13.2).
    fn coefficient(&mut self, first: &[u8; 11], more: [u8; 3], value: i16) {
        let encoder = &mut self.encoder;
        encoder.bit(first[0], value != 0);
        if value == 0 {
            return;
        }

        encoder.bit(first[1], true);
        let magnitude = value.unsigned_abs();
        encoder.bit(first[2], magnitude > 1);
        if magnitude > 1 {
            encoder.bit(first[3], magnitude > 4);
        }
        match magnitude {
            0 | 1 => {}
            2..=4 => {
                encoder.bit(first[4], magnitude > 2);
                if magnitude > 2 {
                    encoder.bit(first[5], magnitude > 3);
                }
            }
            5.. => write_category(encoder, first, magnitude),
        }
        encoder.bit(128, value < 0);
        encoder.bit(more[if magnitude > 1 { 2 } else { 1 }], false);
    }

    fn finish(self) -> Vec<u8> {
        self.encoder.finish()
    }
}

fn write_category(encoder: &mut BoolEncoder, first: &[u8; 11], magnitude: u16) {
    let category = CATEGORIES.iter().rposition(|(least, _)| *least <= magnitude);
    let category = category.expect("magnitudes below 5 have tokens of their own");
    let (least, probabilities) = CATEGORIES[category];
    encoder.bit(first[6], category > 1);
    if category > 1 {
        encoder.bit(first[8], category > 3);
    }
    let (place, upper) = match category {
        0 | 1 => (7, category == 1),
        2 | 3 => (9, category == 3),
        _ => (10, category == 5),
    };
    encoder.bit(first[place], upper);
    for (index, probability) in probabilities.iter().enumerate() {
        let shift = probabilities.len() - 1 - index;
        encoder.bit(*probability, (magnitude - least) >> shift & 1 == 1);
    }
}

/// What both kinds of frame say alike (§9.3 to §9.6): no segments, no loop filter, one token
/// partition, the finest quantizer.
fn write_common_header(header: &mut BoolEncoder) {
    header.literal(1, 0); // segmentation
    header.literal(1, 0); // filter type
    header.literal(6, 0); // filter level
    header.literal(3, 0); // sharpness
    header.literal(1, 0); // filter adjustments
    header.literal(2, 0); // one token partition
    header.literal(7, 0); // quantizer index
    header.literal(5, 0); // quantizer deltas
}

/// Keeps the default coefficient probabilities and turns skipping on (§9.9, §9.10).
fn write_no_coefficient_updates(header: &mut BoolEncoder) {
    for probability in COEFFICIENT_UPDATE.as_flattened() {
        header.bit(*probability, false);
    }
    header.literal(1, 1); // macroblocks may be skipped
    header.literal(8, KEEP_PROBABILITY.into());
}

/// DC prediction from flat neighbours (§12.2).
fn predicted(above: Option<Yuv>, left: Option<Yuv>) -> Yuv {
    match (above, left) {
        (None, None) => Yuv { y: 128, u: 128, v: 128 },
        (Some(only), None) | (None, Some(only)) => only,
        (Some(above), Some(left)) => {
            let mean = |a: u8, b: u8| (u16::from(a) + u16::from(b)).div_ceil(2) as u8;
            Yuv { y: mean(above.y, left.y), u: mean(above.u, left.u), v: mean(above.v, left.v) }
        }
    }
}

/// Weight of the neighbours that exist; none of them ever moves (§18.3).
fn still_neighbours(row: usize, column: usize) -> usize {
    let (above, left) = (row > 0, column > 0);
    2 * usize::from(above) + 2 * usize::from(left) + usize::from(above && left)
}

/// Start code of a key frame (§9.1).
const KEY_START_CODE: [u8; 3] = [0x9d, 0x01, 0x2a];

/// Luma blocks of 4 × 4 in a macroblock.
const LUMA_BLOCKS: usize = 16;

/// Frames before the square moves on.
const FRAMES_PER_STEP: usize = 5;

/// Probability, of 256, that a macroblock is not skipped; nearly all are.
const KEEP_PROBABILITY: u8 = 16;

/// Probability, of 256, that a macroblock of a delta frame is coded by itself; none is.
const ALWAYS_INTER: u8 = 1;

/// Probability, of 256, that a macroblock refers to the frame before; all do.
const ALWAYS_LAST: u8 = 255;

#[cfg(test)]
mod tests {
    use super::*;

    const GREEN: Colour = Colour { red: 20, green: 180, blue: 60 };

    #[test]
    fn first_frame_is_a_key_frame_and_the_next_is_not() {
        let mut picture = Picture::new(320, 180, GREEN);

        assert!(picture.next_frame().key);
        assert!(!picture.next_frame().key);
        picture.want_key();
        assert!(picture.next_frame().key);
    }

    #[test]
    fn key_frame_says_its_size() {
        let frame = Picture::new(320, 180, GREEN).next_frame();

        assert_eq!(frame.data[0] & 1, 0);
        assert_eq!(frame.data[3..6], KEY_START_CODE);
        assert_eq!(frame.data[6..10], [64, 1, 180, 0]);
    }

    #[test]
    fn colour_of_a_frame_is_found_at_its_end() {
        let frame = Picture::new(64, 64, GREEN).next_frame();

        assert_eq!(Colour::of_frame(&frame.data), Some(GREEN));
        assert_eq!(Colour::of_frame(&[1, 2]), None);
    }
}
