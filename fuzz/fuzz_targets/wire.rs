//! A frame from a device: what is understood is understood again after it is written.

#![no_main]

use libfuzzer_sys::fuzz_target;
use palabre_signaling::wire::ClientFrame;

fuzz_target!(|bytes: &[u8]| {
    let Ok(frame) = serde_json::from_slice::<ClientFrame>(bytes) else { return };
    let written = serde_json::to_vec(&frame).expect("a frame that was read can be written");
    let again: ClientFrame = serde_json::from_slice(&written).expect("what was written is read");
    assert_eq!(again, frame);
});
