//! One datagram must not hurt a call (QUALITY R2): crafted ones arrive from a stranger and from the
//! victim's forged address, before, during and after the handshake; each time the handshake
//! completes, media opens both ways, and nothing is answered to the stranger.

#![allow(clippy::unwrap_used, reason = "helpers of tests panic as tests do")]

mod common;

use std::net::SocketAddr;

use palabre_media::gate::{Gate, GateLimits, Kind, Rejected, Route};
use palabre_media::transport::TransportEvent;
use proptest::prelude::*;

use common::crafted::crafted;
use common::{CLIENT, Call, SSRC, STRANGER, Setup, Stun, handshake, record, rival_hello, rtp};

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
    assert_eq!(call.server.selected().map(|path| path.address), Some(victim()), "{what}");
    assert_eq!(call.gate.sizes(), (1, 1, 1), "{what}");
    let answered = call.to_client.iter().any(|(to, _)| *to == stranger());
    assert!(!answered, "{what}: the stranger got an answer");
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

    assert_eq!(call.server.selected().map(|path| path.address), None);
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
        prop_assert_eq!(call.server.selected().map(|path| path.address), Some(victim()));
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
