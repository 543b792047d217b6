//! The whole life of one peer's transport, in memory and on a clock of ours.

mod common;

use std::time::Duration;

use palabre_media::gate::{Gate, Rejected};
use palabre_media::transport::{Credentials, Failure, Transport, TransportEvent};
use rtc_dtls::extension::extension_use_srtp::SrtpProtectionProfile;
use rtc_srtp::protection_profile::ProtectionProfile;

use common::{Call, SSRC, Setup, Stun, rtp};

#[test]
fn a_browser_that_prefers_cm_gets_gcm() {
    let call = Call::connected(&Setup::default());

    assert_eq!(call.events, [TransportEvent::Connected]);
    assert!(matches!(call.client.media.unwrap().profile, ProtectionProfile::AeadAes128Gcm));
}

#[test]
fn a_client_without_gcm_gets_cm() {
    let call = Call::connected(&Setup::only(SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80));

    assert!(matches!(call.client.media.unwrap().profile, ProtectionProfile::Aes128CmHmacSha1_80));
}

#[test]
fn a_client_without_either_profile_fails_at_once() {
    let mut call = Call::new(&Setup::only(SrtpProtectionProfile::Srtp_Aead_Aes_256_Gcm));

    call.check(true).unwrap();
    call.client.connect(call.now);
    call.exchange();

    assert_eq!(call.events, [TransportEvent::Failed(Failure::NoCommonProfile)]);
}

#[test]
fn another_certificate_than_the_offered_one_never_connects() {
    let mut call = Call::new(&Setup { shows_offered_certificate: false, ..Setup::default() });

    call.finish();
    call.wait(Duration::from_secs(30));

    assert!(!call.server.is_connected());
    assert_eq!(call.events, [TransportEvent::Failed(Failure::WrongCertificate)]);
}

#[test]
fn a_handshake_in_small_fragments_completes() {
    Call::connected(&Setup { mtu: 100, ..Setup::default() });
}

#[test]
fn no_datagram_of_a_handshake_is_longer_than_eleven_hundred_bytes() {
    let mut call = Call::new(&Setup::default());

    call.check(true).unwrap();
    call.client.connect(call.now);
    let mut longest = 0;
    while !call.client.connected {
        longest = call.to_client.iter().map(|(_, sent)| sent.len()).max().unwrap_or(0).max(longest);
        call.deliver_to_client();
        for datagram in call.take_sent() {
            call.deliver(call.client.address, &datagram).unwrap();
        }
    }

    assert!((500..=1_100).contains(&longest), "{longest}");
}

#[test]
fn a_handshake_survives_the_loss_of_each_single_datagram() {
    for lost in 0..12 {
        let mut call = Call::new(&Setup { mtu: 300, ..Setup::default() });
        let mut count = 0;
        let mut is_lost = || {
            count += 1;
            count - 1 == lost
        };

        call.check(true).unwrap();
        call.client.connect(call.now);
        for _ in 0..60 {
            call.to_client.retain(|(_, datagram)| datagram[0] < 20 || !is_lost());
            call.deliver_to_client();
            let sent = call.take_sent();
            if sent.is_empty() && call.to_client.is_empty() {
                call.wait(Duration::from_millis(500));
            }
            for datagram in sent {
                if !is_lost() {
                    let _ = call.deliver(call.client.address, &datagram);
                }
            }
        }

        call.assert_media_flows();
    }
}

#[test]
fn a_handshake_survives_datagrams_that_come_twice_and_in_disorder() {
    let mut call = Call::new(&Setup { mtu: 300, ..Setup::default() });
    call.check(true).unwrap();
    call.client.connect(call.now);

    for round in 0..60 {
        call.to_client =
            call.to_client.iter().flat_map(|sent| [sent.clone(), sent.clone()]).collect();
        if round < 20 {
            call.to_client.reverse();
        }
        call.deliver_to_client();
        let mut sent = call.take_sent();
        if sent.is_empty() && call.to_client.is_empty() {
            call.wait(Duration::from_millis(500));
        }
        if round < 20 {
            sent.reverse();
        }
        for datagram in sent {
            let _ = call.deliver(call.client.address, &datagram);
            let _ = call.deliver(call.client.address, &datagram);
        }
    }

    call.assert_media_flows();
}

#[test]
fn a_transport_may_move_to_the_thread_of_its_shard() {
    fn is_send<T: Send>() {}

    is_send::<Transport>();
    is_send::<Gate>();
}

#[test]
fn a_flight_that_is_not_answered_is_repeated_and_then_given_up() {
    let mut call = Call::new(&Setup::default());
    call.check(true).unwrap();
    call.client.connect(call.now);
    for _ in 0..2 {
        call.deliver_to_client();
        for datagram in call.take_sent() {
            call.deliver(call.client.address, &datagram).unwrap();
        }
    }
    let flight = std::mem::take(&mut call.to_client);

    let mut repeats = 0;
    while let Some(at) = call.server.poll_timeout() {
        call.now = at;
        call.server.handle_timeout(at);
        call.collect();
        if !call.to_client.is_empty() {
            assert_eq!(call.to_client, flight);
            repeats += 1;
        }
        call.to_client.clear();
    }

    assert!((4..=10).contains(&repeats), "{repeats}");
    assert_eq!(call.events, [TransportEvent::Failed(Failure::HandshakeTimeout)]);
}

#[test]
fn a_peer_that_never_comes_fails_after_thirty_seconds() {
    let mut call = Call::new(&Setup::default());

    call.wait(Duration::from_millis(29_999));
    assert!(call.events.is_empty());
    call.wait(Duration::from_millis(1));

    assert_eq!(call.events, [TransportEvent::Failed(Failure::HandshakeTimeout)]);
    assert_eq!(call.server.poll_timeout(), None);
    assert_eq!(call.check(true), Err(Rejected::Gone));
}

#[test]
fn consent_ends_thirty_seconds_after_the_last_check() {
    let mut call = Call::connected(&Setup::default());

    call.wait(Duration::from_secs(20));
    call.check(false).unwrap();
    call.wait(Duration::from_millis(29_999));
    call.assert_media_flows();
    call.wait(Duration::from_millis(1));

    assert_eq!(call.events[1..], [TransportEvent::Failed(Failure::ConsentExpired)]);
    assert!(!call.server.is_connected());
}

#[test]
fn a_close_notify_of_the_client_closes_the_peer() {
    let mut call = Call::connected(&Setup::default());

    call.client.dtls.close(call.now).unwrap();
    call.exchange();

    assert_eq!(call.events[1..], [TransportEvent::PeerClosed]);
}

#[test]
fn closing_tells_the_client() {
    let mut call = Call::connected(&Setup::default());

    call.server.close(call.now);
    call.collect();
    call.deliver_to_client();

    assert!(call.client.closed);
}

#[test]
fn a_lost_last_flight_is_sent_again() {
    let mut call = Call::new(&Setup::default());
    call.check(true).unwrap();
    call.client.connect(call.now);
    while !call.server.is_connected() {
        call.deliver_to_client();
        for datagram in call.take_sent() {
            call.deliver(call.client.address, &datagram).unwrap();
        }
    }
    call.to_client.clear();

    call.wait(Duration::from_secs(2));
    call.exchange();

    call.assert_media_flows();
}

#[test]
fn an_ice_restart_moves_the_pair_without_a_handshake() {
    let mut call = Call::connected(&Setup::default());
    let old = call.client.address;
    let local = Credentials::generate(&call.identity);
    let remote = Credentials::generate(&call.identity);

    call.server.restart_ice(local.clone(), remote.clone()).unwrap();
    call.gate.add_ufrag(common::PEER, &local.ufrag);
    assert_eq!(call.server.local(), &local);
    call.check(true).unwrap();
    assert_eq!(call.server.selected().map(|path| path.address), Some(old));
    (call.client.remote, call.client.ice) = (local, remote);
    call.client.address = "192.0.2.77:50000".parse().unwrap();
    call.check(false).unwrap();
    assert_eq!(call.server.selected().map(|path| path.address), Some(old));
    call.check(true).unwrap();

    assert_eq!(call.server.selected().map(|path| path.address), Some(call.client.address));
    call.assert_media_flows();
}

#[test]
fn old_credentials_end_when_the_new_ones_have_selected_a_pair() {
    let mut call = Call::connected(&Setup::default());
    let late_check = call.client.check(true);
    let (local, remote) =
        (Credentials::generate(&call.identity), Credentials::generate(&call.identity));

    call.server.restart_ice(local.clone(), remote.clone()).unwrap();
    call.gate.add_ufrag(common::PEER, &local.ufrag);
    (call.client.remote, call.client.ice) = (local, remote);
    call.check(true).unwrap();

    assert_eq!(call.deliver(call.client.address, &late_check), Err(Rejected::UnknownUser));
}

#[test]
fn an_answer_tells_the_client_where_it_is_seen() {
    let mut call = Call::new(&Setup::default());
    let mapped: std::net::SocketAddr = "[::ffff:192.0.2.1]:40000".parse().unwrap();
    let check = call.client.check(false);

    call.deliver(mapped, &check).unwrap();

    let (to, answer) = &call.to_client[0];
    assert_eq!(*to, mapped);
    assert_eq!(answer[..2], [1, 1]);
    assert_eq!(answer[8..20], check[8..20]);
    let id: [u8; 12] = check[8..20].try_into().unwrap();
    let mut expected = Stun::request(id);
    expected.0[..2].copy_from_slice(&[1, 1]);
    // 192.0.2.1 and 40000, each XORed with the magic cookie.
    let value = [0, 1, 0x9c ^ 0x21, 0x40 ^ 0x12, 192 ^ 0x21, 0x12, 2 ^ 0xa4, 1 ^ 0x42];
    let expected =
        expected.attribute(0x20, &value).integrity(&call.client.remote.pwd).fingerprint();
    assert_eq!(*answer, expected.0);
}

#[test]
fn srtp_goes_on_through_four_wraps_of_the_sequence_number_both_ways() {
    for profile in [
        SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm,
        SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80,
    ] {
        let mut call = Call::connected(&Setup::only(profile));
        let media = call.client.media.as_mut().unwrap();
        let first = (1 << 16) + 2_000;

        for index in (first..first + (4 << 16)).step_by(1_001) {
            let packet = rtp(SSRC, (index & 0xffff) as u16, b"up");
            let mut sealed = media.tx.encrypt_rtp(&packet).unwrap().to_vec();
            let opened = call.server.open_rtp(&mut sealed).unwrap();
            assert_eq!(opened.index, index);
            assert_eq!(&sealed[..opened.len], &packet[..]);

            let sealed = common::seal_rtp(&mut call.server, 99, index, b"down");
            let opened = media.rx.decrypt_rtp(&sealed).unwrap();
            assert_eq!(opened[..], rtp(99, (index & 0xffff) as u16, b"down"));
        }
    }
}

#[test]
fn headers_with_sources_and_extensions_stay_readable_and_authentic() {
    let mut call = Call::connected(&Setup::default());
    let mut packet = rtp(SSRC, 3_000, &[]);
    packet[0] = 0x92;
    packet.extend_from_slice(&[1; 8]);
    packet.extend_from_slice(&[0xbe, 0xde, 0, 1, 0x10, 0x55, 0, 0]);
    packet.extend_from_slice(b"payload");
    let mut sealed = call.client.media.as_mut().unwrap().tx.encrypt_rtp(&packet).unwrap().to_vec();
    assert_eq!(sealed[..28], packet[..28]);
    let mut forged = sealed.clone();
    forged[25] ^= 1;

    assert_eq!(call.server.open_rtp(&mut forged), Err(Rejected::Forged));
    let opened = call.server.open_rtp(&mut sealed).unwrap();

    assert_eq!(&sealed[..opened.len], &packet[..]);
}
