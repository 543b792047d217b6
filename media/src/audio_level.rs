//! How loud a microphone is and whether somebody speaks into it, from the level that every packet
//! carries (RFC 6464).

use std::time::{Duration, Instant};

/// The voice of one microphone.
///
/// Feed it every packet with [`on_packet`](Self::on_packet), and the time with
/// [`poll`](Self::poll), since somebody who is silent may send nothing at all.
#[derive(Clone, Copy, Debug)]
pub struct Activity {
    /// Loudness as it is heard, in dB above the quietest: rises fast and falls slowly.
    envelope: f32,
    heard_at: Option<Instant>,
    /// When the envelope was last that of speech.
    loud_at: Option<Instant>,
    speaking: bool,
    /// The packet with which the sound rose, and when.
    onset: Option<(u64, Instant)>,
}

impl Activity {
    /// Silence.
    pub fn new() -> Self {
        Self { envelope: 0.0, heard_at: None, loud_at: None, speaking: false, onset: None }
    }

    /// The same voice on another connection, whose packets are numbered anew.
    pub fn continued(self) -> Self {
        Self { onset: None, ..self }
    }

    /// Notes packet `index` with its level: seven bits of -dBov, as on the wire.
    pub fn on_packet(&mut self, now: Instant, index: u64, level: Option<u8>) {
        let passed = self.heard_at.map_or(TYPICAL_PACKET, |at| now.saturating_duration_since(at));
        let loudness = level.map_or(UNTOLD, |level| f32::from(QUIETEST - (level & QUIETEST)));
        // A loud packet after a pause weighs no more than any other.
        self.follow(loudness, passed.min(TYPICAL_PACKET));
        self.heard_at = Some(now);
        if STAYS_SPEECH <= loudness {
            self.onset.get_or_insert((index, now));
        } else if !self.speaking {
            self.onset = None;
        }
        self.judge(now);
    }

    /// Lets time pass without a packet.
    pub fn poll(&mut self, now: Instant) {
        let Some(heard_at) = self.heard_at else { return };
        let passed = now.saturating_duration_since(heard_at);
        if PAUSE < passed {
            self.heard_at = Some(now);
            self.follow(0.0, passed);
        }
        self.judge(now);
    }

    /// Whether somebody speaks, pauses between words included.
    pub fn is_speaking(&self) -> bool {
        self.speaking
    }

    /// What voices are compared by, in dB: above [`FULL_SCALE`](Self::FULL_SCALE) for everybody who
    /// speaks, 0 for everybody else.
    pub fn prominence(&self) -> f32 {
        if self.speaking { Self::FULL_SCALE + self.envelope } else { 0.0 }
    }

    /// The packet with which the present speech began; `None` in silence.
    pub fn onset(&self) -> Option<u64> {
        self.onset.filter(|_| self.speaking).map(|(index, _)| index)
    }

    /// The loudest that there is above the quietest, in dB.
    pub const FULL_SCALE: f32 = QUIETEST as f32;

    fn follow(&mut self, loudness: f32, passed: Duration) {
        let inertia = if self.envelope < loudness { ATTACK } else { RELEASE };
        let weight = passed.as_secs_f32() / (passed + inertia).as_secs_f32();
        self.envelope += (loudness - self.envelope) * weight;
    }

    fn judge(&mut self, now: Instant) {
        let lasts = self.onset.is_some_and(|(_, at)| at + LONGEST_CLICK <= now);
        let is_loud = if self.speaking {
            STAYS_SPEECH <= self.envelope
        } else {
            lasts && BECOMES_SPEECH <= self.envelope
        };
        if is_loud {
            self.loud_at = Some(now);
            self.speaking = true;
        } else if self.speaking && self.loud_at.is_none_or(|at| at + WORD_GAP <= now) {
            self.speaking = false;
            self.onset = None;
        }
    }
}

impl Default for Activity {
    fn default() -> Self {
        Self::new()
    }
}

/// The level of digital silence, in -dBov (RFC 6464 §3).
const QUIETEST: u8 = 127;

/// Sound of which the sender does not say how loud it is counts as a quiet voice, in dB.
const UNTOLD: f32 = 90.0;

/// -45 dBov: a voice at a distance is at about -40, a room after noise suppression below -60.
const BECOMES_SPEECH: f32 = 82.0;

/// Speech goes on down to 6 dB less.
const STAYS_SPEECH: f32 = 76.0;

/// Sound must stay loud for longer than a door, a key or a cough.
const LONGEST_CLICK: Duration = Duration::from_millis(40);

/// How fast the envelope rises.
const ATTACK: Duration = Duration::from_millis(30);

/// How slowly it falls, so that syllables do not make two voices change places.
const RELEASE: Duration = Duration::from_millis(300);

/// A pause between words does not end speech.
const WORD_GAP: Duration = Duration::from_millis(400);

/// After this long without a packet there is silence; packets are at most 60 ms apart.
const PAUSE: Duration = Duration::from_millis(100);

const TYPICAL_PACKET: Duration = Duration::from_millis(20);

#[cfg(test)]
mod tests {
    use super::*;

    /// A microphone and the clock.
    struct Microphone {
        now: Instant,
        index: u64,
        activity: Activity,
    }

    impl Microphone {
        #[expect(clippy::disallowed_methods, reason = "tests need some starting instant")]
        fn new() -> Self {
            Self { now: Instant::now(), index: 1_000, activity: Activity::new() }
        }

        /// Sends packets of 20 ms until something holds; returns how long that took.
        fn until(&mut self, level: u8, holds: impl Fn(&Activity) -> bool) -> Duration {
            let began = self.now;
            while !holds(&self.activity) {
                assert!(self.now < began + Duration::from_secs(5), "in vain");
                self.now += Duration::from_millis(20);
                self.index += 1;
                self.activity.on_packet(self.now, self.index, Some(level));
            }
            self.now - began
        }

        fn send(&mut self, level: u8, packets: u32) {
            for _ in 0..packets {
                self.now += Duration::from_millis(20);
                self.index += 1;
                self.activity.on_packet(self.now, self.index, Some(level));
            }
        }
    }

    #[test]
    fn a_voice_is_speech_within_a_tenth_of_a_second() {
        for level in [15, 25, 35] {
            let mut microphone = Microphone::new();
            microphone.send(127, 50);

            let took = microphone.until(level, Activity::is_speaking);

            assert!(took <= Duration::from_millis(100), "{took:?} at -{level} dBov");
            assert_eq!(microphone.activity.onset(), Some(1_051));
        }
    }

    #[test]
    fn a_click_and_a_quiet_room_are_no_speech() {
        let mut microphone = Microphone::new();
        for _ in 0..20 {
            microphone.send(60, 20);
            microphone.send(10, 1);

            assert!(!microphone.activity.is_speaking());
        }
    }

    #[test]
    fn words_with_pauses_are_one_speech_with_one_onset() {
        let mut microphone = Microphone::new();
        microphone.until(20, Activity::is_speaking);
        let onset = microphone.activity.onset();
        for _ in 0..20 {
            microphone.send(20, 15);
            microphone.send(80, 15);

            assert!(microphone.activity.is_speaking());
        }

        assert_eq!(microphone.activity.onset(), onset);
    }

    #[test]
    fn speech_ends_soon_after_it_ended_with_packets_and_without() {
        let mut microphone = Microphone::new();
        microphone.until(20, Activity::is_speaking);
        let took = microphone.until(127, |activity| !activity.is_speaking());
        assert!(took <= Duration::from_millis(800), "{took:?}");
        assert_eq!(microphone.activity.onset(), None);

        microphone.until(20, Activity::is_speaking);
        let mut silent = Duration::ZERO;
        while microphone.activity.is_speaking() {
            silent += Duration::from_millis(20);
            microphone.now += Duration::from_millis(20);
            microphone.activity.poll(microphone.now);
        }
        assert!(silent <= Duration::from_millis(800), "{silent:?}");
    }

    #[test]
    fn a_second_speech_has_an_onset_of_its_own() {
        let mut microphone = Microphone::new();
        microphone.until(20, Activity::is_speaking);
        microphone.send(127, 100);
        let before = microphone.index;

        microphone.until(20, Activity::is_speaking);

        assert_eq!(microphone.activity.onset(), Some(before + 1));
    }

    #[test]
    fn who_is_louder_is_more_prominent_and_who_is_silent_is_not() {
        let [mut loud, mut quiet, mut silent] = [(); 3].map(|()| Microphone::new());
        loud.send(15, 20);
        quiet.send(35, 20);
        silent.send(90, 20);

        assert!(quiet.activity.prominence() < loud.activity.prominence());
        assert!(Activity::FULL_SCALE < quiet.activity.prominence());
        assert_eq!(silent.activity.prominence(), 0.0);
    }
}
