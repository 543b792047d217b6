//! Media that was recorded, changed or made up does nothing, and the call goes on.

mod common;

use palabre_media::gate::Rejected;
use rtc_dtls::extension::extension_use_srtp::SrtpProtectionProfile;

use common::{Call, RECEIVER_REPORT, SSRC, Setup};

#[test]
fn srtp_that_was_seen_is_dropped() {
    for profile in both_profiles() {
        let mut call = Call::connected(&profile);
        let first = call.client.seal_rtp(SSRC, b"first");
        let second = call.client.seal_rtp(SSRC, b"second");

        assert_eq!(call.deliver_from_client(&second), Ok(()));
        assert_eq!(call.deliver_from_client(&first), Ok(()), "late, but new");
        for replayed in [&first, &second] {
            assert_eq!(call.deliver_from_client(replayed), Err(Rejected::Replayed));
        }

        call.assert_media_flows();
    }
}

#[test]
fn srtp_older_than_the_window_is_dropped() {
    let mut call = Call::connected(&Setup::default());
    let old = call.client.seal_rtp(SSRC, b"old");
    for _ in 0..1_024 {
        let next = call.client.seal_rtp(SSRC, b"next");
        call.deliver_from_client(&next).unwrap();
    }

    assert_eq!(call.deliver_from_client(&old), Err(Rejected::Replayed));

    call.assert_media_flows();
}

#[test]
fn srtcp_that_was_seen_is_dropped() {
    for profile in both_profiles() {
        let mut call = Call::connected(&profile);
        let sealed = call.client.seal_rtcp();

        assert_eq!(call.deliver_from_client(&sealed), Ok(()));
        assert_eq!(call.deliver_from_client(&sealed), Err(Rejected::Replayed));

        call.assert_media_flows();
    }
}

#[test]
fn srtcp_that_says_it_is_not_encrypted_is_dropped() {
    for (profile, flag_from_end) in both_profiles().into_iter().zip([4, 14]) {
        let mut call = Call::connected(&profile);
        let mut sealed = call.client.seal_rtcp();
        let at = sealed.len() - flag_from_end;
        assert_eq!(sealed[at] & 0x80, 0x80);

        sealed[at] &= 0x7f;
        assert_eq!(call.deliver_from_client(&sealed), Err(Rejected::Unencrypted));
        // In the clear with a made-up tag, which rtc-srtp would believe under AES_CM.
        let mut clear = [&RECEIVER_REPORT[..], &[0, 0, 0, 99]].concat();
        clear.resize(clear.len() + 10, 0);
        assert!(call.deliver_from_client(&clear).is_err());

        call.assert_media_flows();
    }
}

#[test]
fn every_changed_bit_of_a_media_packet_is_noticed() {
    for profile in both_profiles() {
        let mut call = Call::connected(&profile);
        for sealed in [call.client.seal_rtp(SSRC, b"payload"), call.client.seal_rtcp()] {
            for bit in 0..8 * sealed.len() {
                let mut forged = sealed.clone();
                forged[bit / 8] ^= 1 << (bit % 8);

                assert!(call.deliver_from_client(&forged).is_err(), "bit {bit}");
            }
        }
        call.assert_media_flows();
    }
}

fn both_profiles() -> [Setup; 2] {
    [
        Setup::only(SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm),
        Setup::only(SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80),
    ]
}
