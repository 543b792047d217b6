//! Watches what crosses one peer connection: counts what arrives, loses some of it on request,
//! and remembers who asked for key frames.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
    time::Instant,
};

use rtc::{
    interceptor::{Interceptor, Packet, StreamInfo, TaggedPacket},
    rtcp::payload_feedbacks::{
        full_intra_request::FullIntraRequest, picture_loss_indication::PictureLossIndication,
    },
    rtp,
    sansio::Protocol,
    shared::error::Error,
};
use tokio::sync::Notify;

use crate::{
    received::{Arrived, Received},
    sdp::Section,
};

/// What a probe saw; shared by the connection's driver and whoever reads it.
#[derive(Debug, Default)]
pub(crate) struct Probe {
    state: Mutex<State>,
    pub(crate) changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    streams: HashMap<u32, Stream>,
    received: HashMap<String, Received>,
    key_requests: HashMap<u32, u64>,
    /// One packet in so many is thrown away; 0 keeps all.
    lose_one_in: u32,
    arrivals: u32,
}

/// Where the packets of one SSRC belong.
#[derive(Clone, Debug)]
struct Stream {
    mid: String,
    video: bool,
    retransmission: bool,
}

impl Probe {
    /// Learns the streams of an answer.
    pub(crate) fn learn(&self, answer: &[Section]) {
        let mut state = self.state.lock().expect(NO_PANIC);
        for section in answer {
            let stream = Stream {
                mid: section.mid.clone(),
                video: section.kind == "video",
                retransmission: false,
            };
            for &ssrc in &section.ssrcs {
                let retransmission = section.repairs.iter().any(|(_, repair)| *repair == ssrc);
                state.streams.insert(ssrc, Stream { retransmission, ..stream.clone() });
            }
        }
    }

    /// The SSRC under which media arrives in a section.
    pub(crate) fn media_ssrc(&self, mid: &str) -> Option<u32> {
        let state = self.state.lock().expect(NO_PANIC);
        let mut streams = state.streams.iter();
        let found = streams.find(|(_, stream)| stream.mid == mid && !stream.retransmission);
        found.map(|(ssrc, _)| *ssrc)
    }

    pub(crate) fn received(&self, mid: &str) -> Received {
        self.state.lock().expect(NO_PANIC).received.get(mid).cloned().unwrap_or_default()
    }

    /// Forgets the counts of all streams.
    pub(crate) fn reset(&self) {
        self.state.lock().expect(NO_PANIC).received.clear();
    }

    pub(crate) fn lose_one_in(&self, count: u32) {
        self.state.lock().expect(NO_PANIC).lose_one_in = count;
    }

    /// How often key frames of `ssrc` were asked for.
    pub(crate) fn key_requests(&self, ssrc: u32) -> u64 {
        self.state.lock().expect(NO_PANIC).key_requests.get(&ssrc).copied().unwrap_or_default()
    }

    /// Notes a packet; false throws it away.
    fn on_rtp(&self, now: Instant, packet: &rtp::Packet) -> bool {
        let mut state = self.state.lock().expect(NO_PANIC);
        let Some(stream) = state.streams.get(&packet.header.ssrc).cloned() else {
            return true;
        };
        state.arrivals = state.arrivals.wrapping_add(1);
        let lost = state.lose_one_in != 0 && state.arrivals.is_multiple_of(state.lose_one_in);
        let received = state.received.entry(stream.mid).or_default();
        if lost {
            received.dropped += 1;
            return false;
        }

        let mut arrived = Arrived {
            sequence: packet.header.sequence_number,
            marker: packet.header.marker,
            video: stream.video,
            retransmitted: stream.retransmission,
            payload: &packet.payload,
        };
        if stream.retransmission {
            // The original sequence number comes first (RFC 4588 §4); probes of the path's
            // capacity have none.
            let Some((&original, payload)) = packet.payload.split_first_chunk() else {
                return true;
            };
            arrived.sequence = u16::from_be_bytes(original);
            arrived.payload = payload;
        }
        received.on_packet(now, &arrived);
        drop(state);
        self.changed.notify_waiters();
        true
    }

    fn on_rtcp(&self, packet: &dyn rtc::rtcp::Packet) {
        let mut state = self.state.lock().expect(NO_PANIC);
        let mut request = |ssrc: u32| *state.key_requests.entry(ssrc).or_default() += 1;
        let packet = packet.as_any();
        if let Some(pli) = packet.downcast_ref::<PictureLossIndication>() {
            request(pli.media_ssrc);
        } else if let Some(fir) = packet.downcast_ref::<FullIntraRequest>() {
            fir.fir.iter().for_each(|entry| request(entry.ssrc));
        }
    }
}

/// The probe's place in the connection.
pub(crate) struct ProbeInterceptor {
    probe: Arc<Probe>,
    inbound: VecDeque<TaggedPacket>,
    outbound: VecDeque<TaggedPacket>,
}

impl ProbeInterceptor {
    pub(crate) fn new(probe: Arc<Probe>) -> Self {
        Self { probe, inbound: VecDeque::new(), outbound: VecDeque::new() }
    }
}

impl Protocol<TaggedPacket, TaggedPacket, ()> for ProbeInterceptor {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = Error;
    type Time = Instant;

    fn handle_read(&mut self, message: TaggedPacket) -> Result<(), Error> {
        let keep = match &message.message.packet {
            Packet::Rtp(packet) => self.probe.on_rtp(message.now, packet),
            Packet::Rtcp(packets) => {
                packets.iter().for_each(|packet| self.probe.on_rtcp(packet.as_ref()));
                true
            }
            _ => true,
        };
        if keep {
            self.inbound.push_back(message);
        }
        Ok(())
    }

    fn poll_read(&mut self) -> Option<TaggedPacket> {
        self.inbound.pop_front()
    }

    fn handle_write(&mut self, message: TaggedPacket) -> Result<(), Error> {
        self.outbound.push_back(message);
        Ok(())
    }

    fn poll_write(&mut self) -> Option<TaggedPacket> {
        self.outbound.pop_front()
    }
}

impl Interceptor for ProbeInterceptor {
    fn bind_local_stream(&mut self, _info: &StreamInfo) {}
    fn unbind_local_stream(&mut self, _info: &StreamInfo) {}
    fn bind_remote_stream(&mut self, _info: &StreamInfo) {}
    fn unbind_remote_stream(&mut self, _info: &StreamInfo) {}
}

/// Where the probe sits, counted from the wire: before anything that reacts to loss.
pub(crate) const PROBE_SLOT: usize = 500;

/// Why a lock of this module cannot be poisoned.
const NO_PANIC: &str = "nothing panics under this lock";
