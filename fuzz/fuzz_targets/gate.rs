//! Datagrams from a stranger and from the victim's forged address: the call survives them, the
//! tables stay as they were, and the stranger hears nothing.
//!
//! The first byte says how far the victim has come. Then come datagrams: who sends it and in what
//! shape (one byte), its length (one byte, in units of 4), its bytes.

#![no_main]

#[path = "../../media/tests/common/mod.rs"]
mod common;

use std::net::SocketAddr;

use libfuzzer_sys::fuzz_target;
use palabre_media::transport::TransportEvent;

use common::{CLIENT, Call, SSRC, STRANGER, Setup, Stun, record, rtp};

fuzz_target!(|bytes: &[u8]| {
    let Some((stage, mut rest)) = bytes.split_first() else { return };
    let mut call = Call::new(&Setup::default());
    match stage % 3 {
        0 => {}
        1 => call.check(true).expect("an authentic check is taken"),
        _ => call.finish(),
    }
    for _ in 0..MAX_DATAGRAMS {
        let [control, units, tail @ ..] = rest else { break };
        let (body, tail) = tail.split_at(tail.len().min(usize::from(*units) * 4));
        rest = tail;
        let from = address(if control & 1 == 0 { CLIENT } else { STRANGER });
        let datagram = shape(&call, control >> 1, body);
        // Why it was dropped does not matter here.
        let _ = call.deliver(from, &datagram);
    }

    if call.client.connected {
        call.exchange();
    } else {
        call.finish();
    }
    call.assert_media_flows();
    assert_eq!(call.events, [TransportEvent::Connected]);
    assert_eq!(call.server.selected().map(|path| path.address), Some(address(CLIENT)));
    assert_eq!(call.gate.sizes(), (1, 1, 1));
    let answered = call.to_client.iter().any(|(to, _)| *to == address(STRANGER));
    assert!(!answered, "the stranger got an answer");
});

fn address(text: &str) -> SocketAddr {
    text.parse().expect("the harness names valid addresses")
}

/// Gets made-up bytes past the first checks of the protocol that `shape` stands for.
fn shape(call: &Call, shape: u8, body: &[u8]) -> Vec<u8> {
    match (shape % 4, body) {
        (1, attributes) => {
            let names = format!("{}:{}", call.client.remote.ufrag, call.client.ice.ufrag);
            let mut stun = Stun::request([0x5a; 12]).username(&names);
            stun.0.extend_from_slice(attributes);
            let length = (stun.0.len() - 20) as u16;
            stun.0[2..4].copy_from_slice(&length.to_be_bytes());
            stun.0
        }
        (2, [content, epoch, number, body @ ..]) => {
            record(20 + content % 6, u16::from(epoch % 3), u64::from(*number), body)
        }
        (3, [sequence, body @ ..]) => rtp(SSRC, 1_000 + u16::from(*sequence), body),
        _ => body.to_vec(),
    }
}

/// Datagrams of one input; more only make it slower.
const MAX_DATAGRAMS: usize = 16;
