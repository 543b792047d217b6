//! One datagram must not hurt a call (QUALITY R2): crafted ones arrive from a stranger and from the
//! victim's forged address, before, during and after the handshake; each time the handshake
//! completes, media opens both ways, and nothing is answered to the stranger.

#![allow(clippy::unwrap_used, reason = "helpers of tests panic as tests do")]

mod common;

use std::net::SocketAddr;

use palabre_media::gate::{Gate, GateLimits, Kind, Rejected, Route};
use palabre_media::transport::TransportEvent;
use proptest::prelude::*;
use rtc_dtls::extension::extension_use_srtp::SrtpProtectionProfile;

use common::{
    CLIENT, Call, RECEIVER_REPORT, SSRC, STRANGER, Setup, Stun, handshake, record, rival_hello, rtp,
};

/// How far the victim has come when the datagram arrives.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    BeforeIce,
    BeforeDtls,
    /// The client has our flight and has not answered it.
    DuringDtls,
    Connected,
}

const STAGES: [Stage; 4] =
    [Stage::BeforeIce, Stage::BeforeDtls, Stage::DuringDtls, Stage::Connected];

fn stranger() -> SocketAddr {
    STRANGER.parse().unwrap()
}

fn victim() -> SocketAddr {
    CLIENT.parse().unwrap()
}

fn call_at(stage: Stage, setup: &Setup) -> Call {
    let mut call = Call::new(setup);
    match stage {
        Stage::BeforeIce => {}
        Stage::BeforeDtls => call.check(true).unwrap(),
        Stage::DuringDtls => {
            call.check(true).unwrap();
            call.client.connect(call.now);
            for _ in 0..2 {
                for datagram in call.take_sent() {
                    call.deliver(victim(), &datagram).unwrap();
                }
                if !call.to_client.iter().any(|(_, sent)| 200 < sent.len()) {
                    call.deliver_to_client();
                }
            }
        }
        Stage::Connected => {
            call.finish();
            call.assert_media_flows();
        }
    }
    call
}

/// Ends what `call_at` began.
#[track_caller]
fn assert_unharmed(mut call: Call, what: &str) {
    if call.client.connected {
        call.check(true).unwrap();
        call.exchange();
    } else {
        call.finish();
    }
    assert_eq!(call.events, [TransportEvent::Connected], "{what}");
    call.assert_media_flows();
    assert_eq!(call.server.selected(), Some(victim()), "{what}");
    assert_eq!(call.gate.sizes(), (1, 1, 1), "{what}");
    let answered = call.to_client.iter().any(|(to, _)| *to == stranger());
    assert!(!answered, "{what}: the stranger got an answer");
}

/// What somebody sends who knows the protocols and the victim's address, but no secret.
fn crafted(call: &Call) -> Vec<(&'static str, Vec<u8>)> {
    let names = format!("{}:{}", call.client.remote.ufrag, call.client.ice.ufrag);
    let stun = || Stun::request([0x5a; 12]).username(&names);
    let header = |content| record(content, 0, 5, &[])[..13].to_vec();
    let mut cookie_hello = rival_hello(1, &[9; 20]);
    cookie_hello[10] = 200;
    vec![
        ("nothing", vec![]),
        ("one zero byte", vec![0]),
        ("one byte of each protocol", vec![22]),
        ("a text", b"hello server".to_vec()),
        ("the largest datagram, zeroes", vec![0; 65_507]),
        ("the largest datagram, as RTP", vec![0x80; 65_507]),
        (
            "the largest datagram, as DTLS",
            [record(22, 0, 1, &[1; 60_000]), vec![0; 5_494]].concat(),
        ),
        ("TURN channel data", vec![0x40, 0, 0, 4, 1, 2, 3, 4]),
        ("QUIC", vec![0xc0; 1_200]),
        ("STUN without integrity", stun().0),
        ("STUN without a user name", Stun::request([1; 12]).controlling().fingerprint().0),
        ("STUN with a wrong password", stun().controlling().integrity("wrong").fingerprint().0),
        ("STUN role conflict, controlled", stun().attribute(0x8029, &[0xff; 8]).fingerprint().0),
        ("STUN role conflict, controlling", stun().attribute(0x802a, &[0; 8]).fingerprint().0),
        ("STUN nomination without integrity", stun().attribute(0x25, &[]).fingerprint().0),
        ("STUN integrity of 4 bytes", stun().attribute(0x08, &[0; 4]).0),
        ("STUN for nobody", Stun::request([2; 12]).username("nobody:x").integrity("x").0),
        ("STUN indication", [&[0, 0x11][..], &stun().0[2..]].concat()),
        ("STUN role conflict error", [&[1, 0x11][..], &stun().0[2..]].concat()),
        ("STUN success", [&[1, 1][..], &stun().0[2..]].concat()),
        ("STUN attribute past the end", stun().attribute(0x7777, &[0; 4]).0[..40].to_vec()),
        ("DTLS fatal alert, epoch 0", record(21, 0, 5, &[2, 40])),
        ("DTLS close_notify, epoch 0", record(21, 0, 6, &[1, 0])),
        ("DTLS application data, epoch 0", record(23, 0, 7, b"data")),
        ("DTLS unknown content, epoch 0", record(60, 0, 8, b"what")),
        ("DTLS ChangeCipherSpec", record(20, 0, 9, &[1])),
        ("DTLS undecodable ChangeCipherSpec", record(20, 0, 9, &[7, 7])),
        ("DTLS record of nothing", header(22)),
        ("DTLS handshake of garbage", record(22, 0, 10, &[0xff; 80])),
        (
            "DTLS fragment past its message",
            record(22, 0, 11, &[1, 0, 0, 1, 0, 0, 0, 0, 9, 0, 0, 9]),
        ),
        ("DTLS highest record number", record(21, 0, (1 << 48) - 1, &[2, 40])),
        ("DTLS handshake, highest record number", {
            record(22, 0, (1 << 48) - 1, &handshake(1, 0, &[0; 60]))
        }),
        ("DTLS rival ClientHello", rival_hello(0, &[])),
        ("DTLS rival ClientHello with a cookie", rival_hello(1, &[7; 20])),
        ("DTLS rival ClientHello, highest record number", cookie_hello),
        ("DTLS forged Certificate", {
            record(22, 0, 12, &handshake(11, 2, &[0, 0, 7, 0, 0, 4, 1, 2, 3, 4]))
        }),
        ("DTLS forged empty Certificate", record(22, 0, 13, &handshake(11, 2, &[0, 0, 0]))),
        ("DTLS first half of a Certificate", {
            record(22, 0, 13, &[11, 0, 1, 0, 0, 2, 0, 0, 0, 0, 0, 4, 9, 9, 9, 9])
        }),
        ("DTLS forged key exchange in place of the Certificate", {
            record(22, 0, 14, &handshake(16, 2, &[4; 34]))
        }),
        ("DTLS forged key exchange", record(22, 0, 14, &handshake(16, 3, &[4; 66]))),
        ("DTLS forged CertificateVerify", record(22, 0, 15, &handshake(15, 4, &[4, 3, 0, 0]))),
        ("DTLS forged Finished in plaintext", record(22, 0, 16, &handshake(20, 5, &[0; 12]))),
        ("DTLS forged Finished, epoch 1", record(22, 1, 0, &[0x17; 40])),
        ("DTLS forged alert, epoch 1", record(21, 1, 1, &[0x17; 26])),
        ("DTLS forged data, epoch 1", record(23, 1, 2, &[0x17; 26])),
        ("DTLS forged alert, highest record number", record(21, 1, (1 << 48) - 1, &[0; 26])),
        ("DTLS record of epoch 2", record(22, 2, 0, &[0x17; 40])),
        ("DTLS record of epoch 65535", record(22, 65_535, 0, &[0x17; 40])),
        ("DTLS 1.3 record", vec![0x2f, 0, 0, 0, 5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        ("many alerts in one datagram", record(21, 0, 5, &[2, 40]).repeat(100)),
        ("RTP in the clear", rtp(SSRC, 1_001, b"payload of a forger")),
        ("RTP far ahead", rtp(SSRC, 30_000, b"payload of a forger")),
        ("RTP of another source", rtp(0xdead, 1, &[0; 40])),
        ("RTP with a header past its end", [&[0x9f, 111][..], &[0xff; 60]].concat()),
        ("RTP of 12 bytes", rtp(SSRC, 1_001, &[])),
        ("RTCP in the clear", RECEIVER_REPORT.to_vec()),
        ("RTCP BYE in the clear", [&[0x81, 203, 0, 1][..], &SSRC.to_be_bytes()].concat()),
        ("SRTCP with E=0", [&RECEIVER_REPORT[..], &[0; 20]].concat()),
        ("SRTCP with E=1 and no valid tag", [&RECEIVER_REPORT[..], &[0x80; 20]].concat()),
    ]
}

#[test]
fn no_crafted_datagram_hurts_a_call() {
    let count = crafted(&Call::new(&Setup::default())).len();
    assert!(30 <= count);
    for stage in STAGES {
        for from in [stranger(), victim()] {
            for at in 0..count {
                let mut call = call_at(stage, &Setup::default());
                let (name, datagram) = crafted(&call).swap_remove(at);

                let _ = call.deliver(from, &datagram);
                let _ = call.deliver(from, &datagram);

                assert_unharmed(call, &format!("{name} from {from} at {stage:?}"));
            }
        }
    }
}

#[test]
fn all_crafted_datagrams_together_do_not_hurt_a_call() {
    for stage in STAGES {
        for from in [stranger(), victim()] {
            let mut call = call_at(stage, &Setup::default());

            for _ in 0..20 {
                for (_, datagram) in crafted(&call) {
                    let _ = call.deliver(from, &datagram);
                }
            }

            // The gate's queue towards the victim may be full of answers to forged hellos.
            call.to_client.clear();
            assert_unharmed(call, &format!("everything from {from} at {stage:?}"));
        }
    }
}

#[test]
fn no_truncation_of_anything_the_client_sends_hurts_a_call() {
    let mut call = Call::new(&Setup::default());
    let check = call.client.check(true);
    truncations(&mut call, &check);
    call.check(true).unwrap();
    call.client.connect(call.now);
    for _ in 0..20 {
        call.deliver_to_client();
        for datagram in call.take_sent() {
            truncations(&mut call, &datagram);
            let _ = call.deliver(victim(), &datagram);
        }
    }
    call.assert_media_flows();
    let sealed = call.client.seal_rtp(SSRC, &[5; 60]);
    truncations(&mut call, &sealed);
    let sealed = call.client.seal_rtcp();
    truncations(&mut call, &sealed);

    assert_unharmed(call, "truncations");
}

fn truncations(call: &mut Call, datagram: &[u8]) {
    for len in 0..datagram.len() {
        for from in [stranger(), victim()] {
            let _ = call.deliver(from, &datagram[..len]);
        }
    }
}

#[test]
fn a_rival_hello_that_is_first_does_not_take_the_handshake() {
    let mut call = call_at(Stage::BeforeDtls, &Setup::default());

    call.deliver(victim(), &rival_hello(0, &[])).unwrap();
    call.client.connect(call.now);
    // The client's hello and the request that the forged one provoked cross on the way.
    call.exchange();

    assert_unharmed(call, "rival hello first");
}

#[test]
fn a_flood_of_rival_hellos_during_the_handshake_does_not_end_it() {
    let mut call = call_at(Stage::DuringDtls, &Setup::default());

    for sequence in 0..1_000 {
        let _ = call.deliver(victim(), &rival_hello(sequence, &[3; 20]));
    }

    assert_unharmed(call, "flood of rival hellos");
}

#[test]
fn a_rival_hello_after_the_handshake_is_not_read() {
    let mut call = call_at(Stage::Connected, &Setup::default());

    for hello in [rival_hello(0, &[]), rival_hello(1, &[3; 20]), rival_hello(6, &[])] {
        assert_eq!(call.deliver(victim(), &hello), Err(Rejected::UnexpectedRecord));
    }

    assert!(call.to_client.is_empty());
    assert_unharmed(call, "rival hello after");
}

#[test]
fn plaintext_records_are_dropped_at_every_stage() {
    for stage in [Stage::BeforeDtls, Stage::DuringDtls, Stage::Connected] {
        let mut call = call_at(stage, &Setup::default());
        for content in [21, 23, 24, 25, 63] {
            let forged = record(content, 0, 3, &[2, 40]);

            assert_eq!(call.deliver(victim(), &forged), Err(Rejected::UnexpectedRecord));
        }
        assert_unharmed(call, "plaintext records");
    }
}

#[test]
fn forged_repetitions_after_the_handshake_use_up_nothing() {
    let mut call = call_at(Stage::DuringDtls, &Setup::default());
    call.deliver_to_client();
    for datagram in call.take_sent() {
        call.deliver(victim(), &datagram).unwrap();
    }
    assert!(call.server.is_connected());
    // Our last flight is lost, and somebody forges encrypted records meanwhile.
    call.to_client.clear();

    for sequence in 0..200 {
        let _ = call.deliver(victim(), &record(22, 1, sequence, &[0x17; 40]));
    }

    assert!(call.to_client.is_empty());
    assert!(!call.client.connected);
    call.wait(std::time::Duration::from_secs(2));
    call.exchange();
    assert_unharmed(call, "forged repetitions");
}

#[test]
fn a_recorded_answer_of_the_client_provokes_a_bounded_number_of_repetitions() {
    let mut call = Call::connected(&Setup::default());
    call.to_client.clear();

    for _ in 0..100 {
        for datagram in call.recorded.clone() {
            let _ = call.deliver(victim(), &datagram);
        }
    }

    assert!(call.to_client.is_empty(), "the replay window knows the recorded Finished");
    assert_unharmed(call, "recorded answer");
}

#[test]
fn dtls_from_an_address_that_is_not_selected_waits_for_the_handshake() {
    let mut call = call_at(Stage::BeforeDtls, &Setup::default());
    let other: SocketAddr = "192.0.2.1:40001".parse().unwrap();
    let check = call.client.check(false);
    call.deliver(other, &check).unwrap();

    assert_eq!(call.deliver(other, &rival_hello(0, &[])), Err(Rejected::NotSelected));
    assert!(call.server.poll_transmit().is_none());
}

#[test]
fn bytes_of_a_handshake_are_bounded() {
    let mut call = call_at(Stage::DuringDtls, &Setup::default());

    let endless = record(22, 0, 9, &[11, 0xff, 0xff, 0xff, 0, 2, 0, 0, 0, 0, 0, 1, 0]);
    assert_eq!(call.deliver(victim(), &endless), Err(Rejected::HandshakeBudget));
    let long = record(22, 1, 0, &[0; 300]);
    assert_eq!(call.deliver(victim(), &long), Err(Rejected::Length));
    let huge = record(22, 0, 9, &handshake(11, 2, &[0; 3_000]));
    assert_eq!(call.deliver(victim(), &huge), Err(Rejected::Length));

    assert_unharmed(call, "long handshake");
}

#[test]
fn a_role_conflict_without_integrity_changes_nothing() {
    let mut call = call_at(Stage::BeforeIce, &Setup::default());
    let names = format!("{}:{}", call.client.remote.ufrag, call.client.ice.ufrag);
    let forged = Stun::request([1; 12]).username(&names).attribute(0x8029, &[0xff; 8]);

    assert_eq!(call.deliver(victim(), &forged.fingerprint().0), Err(Rejected::Forged));

    assert!(call.to_client.is_empty());
    assert_unharmed(call, "role conflict");
}

#[test]
fn an_authentic_role_attribute_of_any_kind_is_ignored() {
    let mut call = call_at(Stage::BeforeIce, &Setup::default());
    let names = format!("{}:{}", call.client.remote.ufrag, call.client.ice.ufrag);
    let check = Stun::request([1; 12])
        .username(&names)
        .attribute(0x24, &[0; 4])
        .attribute(0x8029, &[0xff; 8])
        .integrity(&call.client.remote.pwd)
        .fingerprint();

    call.deliver(victim(), &check.0).unwrap();

    assert_eq!(call.to_client[0].1[..2], [1, 1], "a success, not a role conflict");
}

#[test]
fn a_nomination_behind_the_integrity_is_not_believed() {
    let mut call = call_at(Stage::BeforeIce, &Setup::default());
    let names = format!("{}:{}", call.client.remote.ufrag, call.client.ice.ufrag);
    let check = Stun::request([1; 12])
        .username(&names)
        .controlling()
        .integrity(&call.client.remote.pwd)
        .attribute(0x25, &[])
        .fingerprint();

    call.deliver(victim(), &check.0).unwrap();

    assert_eq!(call.server.selected(), None);
}

#[test]
fn a_recorded_check_cannot_steal_the_pair() {
    let mut call = Call::connected(&Setup::default());
    let check = call.client.check(true);
    call.deliver(victim(), &check).unwrap();
    call.to_client.clear();

    assert_eq!(call.deliver(stranger(), &check), Err(Rejected::Replayed));
    assert_eq!(call.deliver(victim(), &check), Ok(()), "its sender may repeat it");

    assert_unharmed(call, "recorded check");
}

#[test]
fn an_answer_is_never_longer_than_its_request() {
    let mut call = call_at(Stage::BeforeIce, &Setup::default());
    let from: SocketAddr = "[2001:db8::1]:4000".parse().unwrap();
    // The shortest message that could be authentic: names and integrity and nothing else.
    let names = format!("{}:x", call.client.remote.ufrag);
    let short = Stun::request([1; 12]).username(&names).integrity(&call.client.remote.pwd);
    let check = call.client.check(true);

    assert!(call.deliver(from, &short.0).is_err());
    call.deliver(from, &check).unwrap();

    assert_eq!(call.to_client.len(), 1);
    assert!(call.to_client[0].1.len() <= check.len());
}

#[test]
fn a_member_cannot_take_the_address_of_another() {
    let mut gate = Gate::new(GateLimits::default());
    gate.add(1, "anaanaan");
    gate.add(2, "benbenbe");
    gate.authenticated(1, victim());
    let check = Stun::request([1; 12]).username("benbenbe:x").integrity("ben's own").0;

    assert_eq!(gate.classify(victim(), &check), Err(Rejected::ForeignAddress));
    gate.authenticated(2, victim());

    let packet = rtp(SSRC, 1, b"");
    assert_eq!(gate.classify(victim(), &packet), Ok(Route { peer: 1, kind: Kind::Rtp }));
    gate.remove(1);
    assert_eq!(gate.classify(victim(), &packet), Err(Rejected::UnknownAddress));
    assert_eq!(gate.classify(victim(), &check), Ok(Route { peer: 2, kind: Kind::Stun }));
}

#[test]
fn strangers_leave_nothing_behind() {
    let mut call = Call::connected(&Setup::default());
    let datagrams: Vec<_> = crafted(&call).into_iter().map(|(_, datagram)| datagram).collect();

    for port in 1..2_000 {
        for datagram in &datagrams {
            assert!(
                call.deliver(SocketAddr::new([203, 0, 113, 9].into(), port), datagram).is_err()
            );
        }
    }

    assert!(call.to_client.is_empty());
    assert_unharmed(call, "strangers");
}

#[test]
fn srtp_that_was_seen_is_dropped() {
    for profile in both_profiles() {
        let mut call = Call::connected(&profile);
        let first = call.client.seal_rtp(SSRC, b"first");
        let second = call.client.seal_rtp(SSRC, b"second");

        assert_eq!(call.deliver(victim(), &second), Ok(()));
        assert_eq!(call.deliver(victim(), &first), Ok(()), "late, but new");
        for replayed in [&first, &second] {
            assert_eq!(call.deliver(victim(), replayed), Err(Rejected::Replayed));
        }

        assert_unharmed(call, "replayed SRTP");
    }
}

#[test]
fn srtp_older_than_the_window_is_dropped() {
    let mut call = Call::connected(&Setup::default());
    let old = call.client.seal_rtp(SSRC, b"old");
    for _ in 0..1_024 {
        let next = call.client.seal_rtp(SSRC, b"next");
        call.deliver(victim(), &next).unwrap();
    }

    assert_eq!(call.deliver(victim(), &old), Err(Rejected::Replayed));

    assert_unharmed(call, "old SRTP");
}

#[test]
fn srtcp_that_was_seen_is_dropped() {
    for profile in both_profiles() {
        let mut call = Call::connected(&profile);
        let sealed = call.client.seal_rtcp();

        assert_eq!(call.deliver(victim(), &sealed), Ok(()));
        assert_eq!(call.deliver(victim(), &sealed), Err(Rejected::Replayed));

        assert_unharmed(call, "replayed SRTCP");
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
        assert_eq!(call.deliver(victim(), &sealed), Err(Rejected::Unencrypted));
        // In the clear with a made-up tag, which rtc-srtp would believe under AES_CM.
        let mut clear = [&RECEIVER_REPORT[..], &[0, 0, 0, 99]].concat();
        clear.resize(clear.len() + 10, 0);
        assert!(call.deliver(victim(), &clear).is_err());

        assert_unharmed(call, "SRTCP with E=0");
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

                assert!(call.deliver(victim(), &forged).is_err(), "bit {bit}");
            }
        }
        assert_unharmed(call, "changed bits");
    }
}

fn both_profiles() -> [Setup; 2] {
    [
        Setup::only(SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm),
        Setup::only(SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// What a client sends, changed in one place, arrives before the original.
    #[test]
    fn no_changed_hello_or_check_ends_a_handshake(
        which in 0usize..3,
        at: prop::sample::Index,
        xor in 1u8..,
    ) {
        let mut call = Call::new(&Setup::default());
        let mut check = call.client.check(true);
        if which == 0 {
            let at = at.index(check.len());
            check[at] ^= xor;
            let _ = call.deliver(victim(), &check);
        }
        call.check(true).unwrap();
        call.client.connect(call.now);
        for round in 1..3 {
            for datagram in call.take_sent() {
                if round == which {
                    let mut changed = datagram.clone();
                    let at = at.index(changed.len());
                    changed[at] ^= xor;
                    let _ = call.deliver(victim(), &changed);
                }
                let _ = call.deliver(victim(), &datagram);
            }
            call.deliver_to_client();
        }
        call.exchange();
        prop_assert_eq!(call.server.selected(), Some(victim()));
        // A hello that an eavesdropper has changed carries the right cookie, so it may begin a
        // handshake of its own; a forger who sees nothing cannot make one.
        prop_assert!(which == 2 || call.server.is_connected());
    }

    #[test]
    fn no_bytes_from_any_address_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..120),
        from_victim: bool,
    ) {
        for stage in [Stage::BeforeDtls, Stage::DuringDtls] {
            let mut call = call_at(stage, &Setup::default());
            let from = if from_victim { victim() } else { stranger() };
            let _ = call.deliver(from, &bytes);
        }
    }
}
