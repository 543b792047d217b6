//! Sealing and opening RTP allocates nothing, with either profile.

mod common;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use palabre_media::transport::SRTP_OVERHEAD;
use rtc_dtls::extension::extension_use_srtp::SrtpProtectionProfile;

use common::{Call, SSRC, Setup, rtp};

/// The system's allocator, which counts what the current thread asks of it.
struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is handed on as it came; the counter is a `Cell` without a destructor, so
// that reading it allocates nothing itself.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn sealing_and_opening_rtp_allocate_nothing() {
    for profile in [
        SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm,
        SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80,
    ] {
        let mut call = Call::connected(&Setup::only(profile));
        let mut received: Vec<_> =
            (0..100).map(|_| call.client.seal_rtp(SSRC, &[7; 1_200])).collect();
        let mut packet = rtp(9, 0, &[7; 1_200]);
        let len = packet.len();
        packet.resize(len + SRTP_OVERHEAD, 0);

        let before = COUNT.get();
        for (datagram, index) in received.iter_mut().zip(1u64 << 16..) {
            call.server.open_rtp(datagram).unwrap();
            call.server.seal_rtp(&mut packet, 12, len, 9, index);
        }

        assert_eq!(COUNT.get() - before, 0, "{profile:?}");
    }
}
