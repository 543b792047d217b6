//! How well packets of one SSRC arrive: the figures of a report block (RFC 3550 §6.4.1, A.3, A.8).

use std::time::{Duration, Instant};

use crate::rtcp::ReportBlock;

/// Reception statistics of one SSRC.
#[derive(Debug)]
pub struct Reception {
    clock_rate: u32,
    first: Option<u64>,
    highest: u64,
    received: u64,
    expected_before: u64,
    received_before: u64,
    /// In ticks.
    jitter: f64,
    last: Option<(Instant, u32)>,
    last_report: Option<(u32, Instant)>,
}

impl Reception {
    /// Nothing received yet; `clock_rate` in ticks per second.
    pub fn new(clock_rate: u32) -> Self {
        Self {
            clock_rate,
            first: None,
            highest: 0,
            received: 0,
            expected_before: 0,
            received_before: 0,
            jitter: 0.0,
            last: None,
            last_report: None,
        }
    }

    /// Notes a packet.
    pub fn on_packet(&mut self, now: Instant, index: u64, timestamp: u32) {
        self.first = Some(self.first.map_or(index, |first| first.min(index)));
        self.highest = self.highest.max(index);
        self.received += 1;
        if let Some((at, before)) = self.last {
            let arrived =
                now.saturating_duration_since(at).as_secs_f64() * f64::from(self.clock_rate);
            let sent = f64::from(timestamp.wrapping_sub(before).cast_signed());
            // RFC 3550 A.8: the mean deviation, a sixteenth at a time; at most a second of it, so that
            // a source that sets its clock does not spoil the figure for minutes.
            let deviation = (arrived - sent).abs().min(f64::from(self.clock_rate));
            self.jitter += (deviation - self.jitter) / 16.0;
        }
        self.last = Some((now, timestamp));
    }

    /// Notes a sender report.
    pub fn on_sender_report(&mut self, now: Instant, ntp: u64) {
        self.last_report = Some(((ntp >> 16) as u32, now));
    }

    /// Packets that should have come, and those that did, since the source began.
    pub fn totals(&self) -> (u64, u64) {
        (self.first.map_or(0, |first| self.highest - first + 1), self.received)
    }

    /// Returns the report about `ssrc`, and begins the next interval.
    pub fn report_block(&mut self, now: Instant, ssrc: u32) -> ReportBlock {
        let (expected, _) = self.totals();
        let (expected_now, received_now) =
            (expected - self.expected_before, self.received - self.received_before);
        (self.expected_before, self.received_before) = (expected, self.received);
        let lost_now = expected_now.saturating_sub(received_now);
        let fraction = (lost_now * 256).checked_div(expected_now).unwrap_or(0).min(255);
        let (last_sr, delay) = self
            .last_report
            .map_or((0, Duration::ZERO), |(sr, at)| (sr, now.saturating_duration_since(at)));
        ReportBlock {
            ssrc,
            fraction_lost: fraction as u8,
            cumulative_lost: (expected.cast_signed() - self.received.cast_signed()) as i32,
            highest_sequence: (self.highest as u32).wrapping_sub(1 << 16),
            jitter: self.jitter as u32,
            last_sr,
            delay_since_last_sr: (delay.as_secs_f64() * 65_536.0) as u32,
        }
    }
}
