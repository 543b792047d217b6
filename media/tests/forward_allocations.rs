//! Forwarding a packet allocates nothing: a counting allocator says so.
#![expect(unsafe_code, reason = "an allocator is unsafe by its trait")]

#[path = "call/device.rs"]
#[expect(dead_code, reason = "shared with the call tests")]
mod device;
#[path = "call/network.rs"]
#[expect(dead_code, reason = "shared with the call tests")]
mod network;
#[path = "call/steady.rs"]
mod steady;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Duration;

use device::Shape;
use network::Network;
use steady::picture;

/// Counts the allocations of the thread that asks for it.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: every call is handed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: as the caller promised.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promised.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: as the caller promised.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn forwarding_packets_allocates_nothing() {
    let publisher = Shape {
        microphone: false,
        camera: true,
        simulcast: false,
        red: false,
        codec: "VP8",
        reports: true,
        slots: 0,
    };
    let watcher = Shape {
        microphone: false,
        camera: false,
        simulcast: false,
        red: false,
        codec: "VP8",
        reports: true,
        slots: 1,
    };
    let mut network = Network::connected(&[publisher, watcher, watcher, watcher]);
    // Long enough for the estimates to pass what is sent.
    for frame in 0..WARM_UP {
        network.devices[0].send(&picture(frame.into(), frame == 0, PAYLOAD));
        network.run(SPACING);
    }
    let mut packets: Vec<Vec<u8>> = (WARM_UP..WARM_UP + 1_000)
        .map(|frame| network.devices[0].send(&picture(frame.into(), false, PAYLOAD)))
        .collect();
    let (from, mut now) = (network.devices[0].address, network.now);
    let before = ALLOCATIONS.with(Cell::get);

    let mut sent = 0;
    for packet in &mut packets {
        now += SPACING;
        network.engine.handle_datagram(now, from, packet);
        while let Some(transmit) = network.engine.poll_transmit() {
            sent += usize::from(!transmit.contents.is_empty());
        }
    }

    let allocations = ALLOCATIONS.with(Cell::get) - before;
    assert_eq!(sent, 3_000, "every packet reached every watcher");
    assert_eq!(allocations, 0);
}

/// 1,000 bytes in this time are 800 kbit/s.
const SPACING: Duration = Duration::from_millis(10);

const WARM_UP: u16 = 600;

/// Bytes of each packet's payload.
const PAYLOAD: usize = 1_000;
