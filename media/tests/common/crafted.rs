//! Datagrams made to hurt (QUALITY R2).

use super::{Call, RECEIVER_REPORT, SSRC, Stun, handshake, record, rival_hello, rtp};

/// What somebody sends who knows the protocols and the victim's address, but no secret.
pub fn crafted(call: &Call) -> Vec<(&'static str, Vec<u8>)> {
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
