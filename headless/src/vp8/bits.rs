//! The boolean entropy encoder of VP8 (RFC 6386 §7.3).

/// Writes booleans of known probability, in less than a bit each where they are likely.
#[derive(Debug)]
pub(super) struct BoolEncoder {
    output: Vec<u8>,
    range: u32,
    bottom: u32,
    /// Shifts before the next byte is complete.
    bits_left: u32,
}

impl BoolEncoder {
    pub(super) fn new() -> Self {
        Self { output: Vec::new(), range: 255, bottom: 0, bits_left: 24 }
    }

    /// Writes `bit`, which is false with probability `zero` / 256.
    pub(super) fn bit(&mut self, zero: u8, bit: bool) {
        let split = 1 + (((self.range - 1) * u32::from(zero)) >> 8);
        if bit {
            self.bottom = self.bottom.wrapping_add(split);
            self.range -= split;
        } else {
            self.range = split;
        }
        while self.range < 128 {
            self.range <<= 1;
            if self.bottom & (1 << 31) != 0 {
                self.carry();
            }
            self.bottom <<= 1;
            self.bits_left -= 1;
            if self.bits_left == 0 {
                self.output.push(self.bottom.to_be_bytes()[0]);
                self.bottom &= (1 << 24) - 1;
                self.bits_left = 8;
            }
        }
    }

    /// Writes the low `width` bits of `value`, each as likely as not, highest first.
    pub(super) fn literal(&mut self, width: u32, value: u32) {
        for shift in (0..width).rev() {
            self.bit(128, value >> shift & 1 == 1);
        }
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        // Thirty-two more bits push out everything that is still in `bottom`.
        self.literal(32, 0);
        self.output
    }

    fn carry(&mut self) {
        for byte in self.output.iter_mut().rev() {
            let (sum, overflow) = byte.overflowing_add(1);
            *byte = sum;
            if !overflow {
                return;
            }
        }
    }
}
