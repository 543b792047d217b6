//! Offers of real browsers, the answers to them, and offers that nobody should send.

use super::*;
use crate::identity::Credentials;

#[test]
fn chromium_offer_is_read_whole() {
    let offer = Offer::parse(CHROMIUM).unwrap();

    assert_eq!(offer.ice_ufrag, "4jDW");
    assert_eq!(offer.ice_pwd, "WK8b2X+K37wU8Z+yUFkV+tar");
    assert_eq!(offer.fingerprint[..3], [0x4b, 0xb2, 0xa4]);
    assert_eq!(mids(&offer), ["0", "1", "2", "3", "4", "5", "6", "7", "8"]);
    let [microphone, camera, slot] = [0, 1, 5].map(|index| &offer.sections[index]);
    assert_eq!(microphone.ssrcs, [505_061_700]);
    assert_eq!((camera.kind, camera.direction), (MediaKind::Video, Direction::SendOnly));
    assert_eq!(camera.rids, ["q", "h", "f"]);
    assert!(camera.extensions.contains(&(10, Extension::Rid)));
    assert_eq!((slot.kind, slot.direction), (MediaKind::Video, Direction::RecvOnly));
    assert!(offer.sections.iter().all(|section| !section.rejected));
}

#[test]
fn firefox_sections_with_port_zero_are_open_because_they_are_bundled() {
    let offer = Offer::parse(FIREFOX).unwrap();

    assert_eq!(offer.sections.len(), 9);
    assert!(offer.sections.iter().all(|section| !section.rejected));
    let camera = &offer.sections[1];
    assert_eq!(camera.rids, ["q", "h", "f"]);
    assert_eq!(camera.ssrc_groups[0], (98_771_604, 3_124_836_123));
    assert!(camera.extensions.contains(&(9, Extension::Rid)));
}

#[test]
fn agreed_codecs_keep_the_payload_types_of_the_browser() {
    for (sdp, opus, vp8, rtx) in [(CHROMIUM, 111, 96, 97), (FIREFOX, 109, 120, 124)] {
        let offer = Offer::parse(sdp).unwrap();
        let audio = agreed(&offer.sections[0], CodecName::Opus);
        let video = agreed(&offer.sections[1], CodecName::Vp8);

        assert_eq!((audio.codec.pt, audio.rtx), (opus, None));
        assert_eq!(audio.codec.feedback, [Feedback::TransportCc]);
        assert_eq!((video.codec.pt, video.rtx.unwrap().pt), (vp8, rtx));
        assert!(!video.codec.feedback.contains(&Feedback::Remb));
        assert!(video.codec.feedback.contains(&Feedback::Nack));
    }
}

#[test]
fn redundant_audio_is_agreed_when_it_repeats_opus() {
    let offered = |fmtp: &str| {
        let codecs = format!("a=rtpmap:111 opus/48000/2\r\na=rtpmap:63 red/48000/2\r\n{fmtp}");
        let sdp = PLAIN
            .replace("video 9 UDP/TLS/RTP/SAVPF 96 97", "audio 9 UDP/TLS/RTP/SAVPF 111 63")
            .replace("a=ssrc:7 cname:c\r\n", &codecs);
        negotiate(&Offer::parse(&sdp).unwrap().sections[0]).unwrap()
    };

    let pts = |negotiated: Negotiated| {
        negotiated.codecs.iter().map(|agreed| agreed.codec.pt).collect::<Vec<_>>()
    };
    assert_eq!(pts(offered("a=fmtp:63 111/111\r\n")), [63, 111]);
    assert_eq!(pts(offered("a=fmtp:63 111/0\r\n")), [111]);
    assert_eq!(pts(offered("")), [111]);
}

#[test]
fn one_form_of_each_video_codec_is_agreed_in_the_order_of_the_offer() {
    let lines = "a=rtpmap:98 VP9/90000\r\na=fmtp:98 profile-id=0\r\n\
                 a=rtpmap:100 VP9/90000\r\na=fmtp:100 profile-id=2\r\n\
                 a=rtpmap:102 H264/90000\r\n\
                 a=fmtp:102 packetization-mode=1;profile-level-id=42001f\r\n\
                 a=rtpmap:104 H264/90000\r\n\
                 a=fmtp:104 packetization-mode=0;profile-level-id=42e01f\r\n\
                 a=rtpmap:106 H264/90000\r\n\
                 a=fmtp:106 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r\n\
                 a=rtpmap:108 H264/90000\r\n\
                 a=fmtp:108 packetization-mode=1;profile-level-id=640c1f\r\n\
                 a=rtpmap:45 AV1/90000\r\na=fmtp:45 level-idx=5;profile=0;tier=0\r\n\
                 a=rtpmap:46 rtx/90000\r\na=fmtp:46 apt=45\r\na=rtcp-fb:45 nack\r\n";
    let sdp = PLAIN.replace("96 97", "45 46 100 98 102 104 106 108 96 97") + lines;
    let offer = Offer::parse(&sdp).unwrap();

    let negotiated = negotiate(&offer.sections[0]).unwrap();

    let pts: Vec<u8> = negotiated.codecs.iter().map(|agreed| agreed.codec.pt).collect();
    assert_eq!(pts, [45, 98, 106, 96]);
    let repairs: Vec<_> = negotiated.codecs.iter().map(|a| a.rtx.as_ref().map(|r| r.pt)).collect();
    assert_eq!(repairs, [Some(46), None, None, Some(97)]);
    let answer = answer(&offer);
    assert!(answer.contains("m=video 9 UDP/TLS/RTP/SAVPF 45 46 98 106 96 97\r\n"));
    assert!(answer.contains("a=fmtp:45 level-idx=5;profile=0;tier=0\r\n"));
    assert!(answer.contains(
        "a=fmtp:106 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r\n"
    ));
}

#[test]
fn slot_reports_what_comes_under_transport_wide_numbers() {
    let offer = Offer::parse(CHROMIUM).unwrap();
    let slot = &offer.sections[5];

    assert!(agreed(slot, CodecName::Vp8).codec.feedback.contains(&Feedback::TransportCc));
    let extensions = negotiate_extensions(slot);
    assert_eq!(
        extensions,
        [(13, Extension::VideoOrientation), (3, Extension::TransportCc), (4, Extension::Mid)]
    );
}

#[test]
fn answer_to_chromium_receives_layers_and_fills_slots() {
    let answer = answer(&Offer::parse(CHROMIUM).unwrap());

    assert!(answer.contains("a=group:BUNDLE 0 1 2 3 4 5 6 7 8\r\na=ice-lite\r\n"));
    let sections: Vec<&str> = answer.split("m=").skip(1).collect();
    assert_eq!(sections.len(), 9);
    assert_eq!(sections[0].matches("a=candidate:").count(), 3);
    let tcp = " 1 tcp 1526726655 192.0.2.1 5004 typ host tcptype passive\r\n";
    assert!(sections[0].contains(tcp));
    assert!(sections[0].contains("2130706431 192.0.2.1 5004 typ host\r\n"));
    assert!(sections[0].contains("a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1\r\n"));
    assert!(sections[1].starts_with("video 9 UDP/TLS/RTP/SAVPF 96 97 108 109 45 46 98 99\r\n"));
    assert!(sections[1].ends_with(
        "a=recvonly\r\na=rid:q recv\r\na=rid:h recv\r\na=rid:f recv\r\na=simulcast:recv q;h;f\r\n"
    ));
    assert!(sections[5].ends_with(
        "a=sendonly\r\na=msid:pair-5 track-5\r\na=ssrc-group:FID 1005 2005\r\n\
         a=ssrc:1005 cname:palabre\r\na=ssrc:2005 cname:palabre\r\n"
    ));
}

#[test]
fn stereo_is_answered_to_those_who_offer_it() {
    let answer = answer(&Offer::parse(FIREFOX).unwrap());

    assert!(answer.contains("a=fmtp:109 minptime=10;useinbandfec=1;usedtx=1;stereo=1\r\n"));
}

#[test]
fn closed_and_resting_sections_keep_their_places_in_a_second_offer() {
    let offer = Offer::parse(CHROMIUM_AGAIN).unwrap();
    let answer = answer(&offer);

    let sections: Vec<&str> = answer.split("m=").skip(1).collect();
    assert!(offer.sections[4].rejected);
    assert!(sections[4].starts_with("audio 0 ") && sections[4].ends_with("a=mid:4\r\n"));
    assert!(answer.contains("a=group:BUNDLE 0 1 2 3 5 6 7 8 9 10\r\n"));
    assert_eq!(offer.sections[1].direction, Direction::Inactive);
    assert!(sections[1].starts_with("video 9 "));
    // Chromium forgets the layers h and f when an answer leaves them out.
    assert!(sections[1].contains("a=inactive\r\n"));
    assert!(sections[1].ends_with("a=simulcast:recv q;h;f\r\n"));
}

#[test]
fn data_channel_is_turned_down_and_the_media_beside_it_are_not() {
    let offer = Offer::parse(CHROMIUM_DATA).unwrap();
    let answer = answer(&offer);

    assert_eq!(negotiate(&offer.sections[2]), None);
    assert!(answer.contains("a=group:BUNDLE 0 1\r\n"));
    assert!(answer.contains("m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n"));
}

#[test]
fn paused_layers_count_and_alternatives_do_not() {
    let sdp = PLAIN.replace("a=ssrc:7 cname:c", "a=simulcast:send ~q;h,q")
        + "a=rid:q send\r\na=rid:h send\r\n";

    assert_eq!(Offer::parse(&sdp).unwrap().sections[0].rids, ["q", "h"]);
}

#[test]
fn extension_of_the_other_direction_is_left_out() {
    let sdp = PLAIN.replace("a=extmap:4 ", "a=extmap:4/recvonly ");

    assert_eq!(Offer::parse(&sdp).unwrap().sections[0].extensions, []);
}

#[test]
fn extension_id_that_needs_two_byte_headers_is_not_agreed_to() {
    let offer = Offer::parse(&PLAIN.replace("a=extmap:4 ", "a=extmap:20 ")).unwrap();

    assert_eq!(offer.sections[0].extensions, [(20, Extension::Mid)]);
    assert_eq!(negotiate_extensions(&offer.sections[0]), []);
}

#[test]
fn offer_without_opus_or_vp8_leaves_nothing_to_agree_on() {
    let offer = Offer::parse(&PLAIN.replace("VP8", "H264")).unwrap();

    assert_eq!(negotiate(&offer.sections[0]), None);
}

#[test]
fn every_broken_offer_is_refused_for_its_own_reason() {
    use OfferError as E;
    let invalid = |line, what| E::Invalid { line, what };
    let repeated = |line, what| E::Duplicate { line, what };
    // The numbers are the lines of `PLAIN`.
    let table: &[(&str, &str, OfferError)] = &[
        ("v=0\r\n", "v=1\r\n", E::NotSdp),
        ("v=0\r\n", "", E::NotSdp),
        ("s=-", "nonsense", E::BadLine { line: 3 }),
        ("s=-", "", E::BadLine { line: 3 }),
        ("s=-", "=-", E::BadLine { line: 3 }),
        ("s=-", "session=-", E::BadLine { line: 3 }),
        ("s=-", "s=a\0b", E::BadLine { line: 3 }),
        ("s=-", "s=a\rb", E::BadLine { line: 3 }),
        ("m=video", "a=x\r\na=video", E::NoSections),
        ("m=video", "m=text", invalid(6, "the kind of media")),
        ("video 9", "video 99999", invalid(6, "the port")),
        ("video 9", "video +9", invalid(6, "the port")),
        ("UDP/TLS/RTP/SAVPF", "RTP/AVP", E::Protocol { line: 6 }),
        ("UDP/TLS/RTP/SAVPF", "TCP/TLS/RTP/SAVPF", E::Protocol { line: 6 }),
        (" 96 97", "", invalid(6, "the list of payload types")),
        (" 96 97", " 96 72", invalid(6, "a payload type")),
        (" 96 97", " 96 128", invalid(6, "a payload type")),
        (" 96 97", " 96  97", invalid(6, "a payload type")),
        (" 96 97", " 96 96", repeated(6, "a payload type")),
        ("a=ice-ufrag:name\r\n", "", E::NoIce),
        ("a=ice-ufrag:name", "a=ice-ufrag:abc", invalid(7, "a=ice-ufrag")),
        ("a=ice-ufrag:name", "a=ice-ufrag:na:me", invalid(7, "a=ice-ufrag")),
        ("a=ice-pwd:abcdefghabcdefghabcdef", "a=ice-pwd:short", invalid(8, "a=ice-pwd")),
        ("a=ice-pwd:", "a=ice-ufrag:", repeated(8, "a=ice-ufrag")),
        ("s=-", "a=ice-lite", E::IceLite),
        ("sha-256", "sha-1", E::NoFingerprint),
        ("sha-256 00:", "sha-256 ", invalid(9, "a=fingerprint")),
        ("sha-256 00:", "sha-256 +0:", invalid(9, "a=fingerprint")),
        ("sha-256 00:", "sha-256 00:00:", invalid(9, "a=fingerprint")),
        ("a=setup:actpass", "a=setup:passive", E::BadSetup),
        ("a=setup:actpass\r\n", "", E::BadSetup),
        ("a=mid:0\r\n", "", E::NoMid { section: 0 }),
        ("a=mid:0", "a=mid:", invalid(11, "a=mid")),
        ("a=mid:0", "a=mid:12345678901234567", invalid(11, "a=mid")),
        ("a=mid:0", "a=mid:0\r\na=mid:0", repeated(12, "a=mid")),
        ("a=group:BUNDLE 0", "a=group:LS 0", E::NotBundled { section: 0 }),
        ("a=group:BUNDLE 0", "a=group:BUNDLE 0 7", E::UnknownBundled),
        ("s=-", "a=group:BUNDLE 0", repeated(5, "a=group:BUNDLE")),
        ("a=rtcp-mux\r\n", "", E::NoRtcpMux { section: 0 }),
        ("a=sendonly", "a=sendonly\r\na=recvonly", repeated(14, "the direction")),
        ("VP8/90000", "VP8", invalid(14, "a=rtpmap")),
        ("VP8/90000", "VP8/0", invalid(14, "a=rtpmap")),
        ("VP8/90000", "VP8/90000/1/1", invalid(14, "a=rtpmap")),
        ("a=rtpmap:97", "a=rtpmap:96", repeated(15, "a=rtpmap of this payload type")),
        ("apt=96", "apt=300", invalid(16, "apt")),
        ("apt=96", "apt=96\r\na=fmtp:97 apt=96", repeated(17, "a=fmtp of this payload type")),
        ("a=rtcp-fb:96 nack", "a=rtcp-fb:nack", invalid(17, "a=rtcp-fb")),
        ("a=extmap:4", "a=extmap:0", invalid(18, "a=extmap")),
        ("a=extmap:4", "a=extmap:256", invalid(18, "a=extmap")),
        ("a=extmap:4", "a=extmap:4/back", invalid(18, "a=extmap")),
        ("a=extmap:4", "a=extmap:4 urn:x\r\na=extmap:4", repeated(19, "this extension or its id")),
        ("a=ssrc:7", "a=ssrc:4294967296", invalid(19, "a=ssrc")),
        ("a=ssrc:7 cname:c", "a=ssrc-group:FID 7", invalid(19, "a=ssrc-group")),
        ("a=ssrc:7 cname:c", "a=ssrc-group:FID 7 7", repeated(19, "a source of a=ssrc-group")),
        ("a=ssrc:7 cname:c", "a=rid:q", invalid(19, "a=rid")),
        ("a=ssrc:7 cname:c", "a=rid:q!;h send", invalid(19, "a=rid")),
        ("a=ssrc:7 cname:c", "a=simulcast:send", invalid(19, "a=simulcast")),
        ("a=ssrc:7 cname:c", "a=simulcast:send q;;h", invalid(19, "a=simulcast")),
        (
            "a=ssrc:7 cname:c",
            "a=simulcast:send q",
            invalid(19, "a layer of a=simulcast without its a=rid"),
        ),
        (
            "a=ssrc:7 cname:c",
            "a=rid:q send\r\na=simulcast:send q;q",
            repeated(20, "a layer of a=simulcast"),
        ),
    ];
    for (from, to, error) in table {
        assert!(PLAIN.contains(from), "{from:?} is not in the plain offer");
        let sdp = PLAIN.replacen(from, to, 1);

        assert_eq!(Offer::parse(&sdp).as_ref(), Err(error), "{from:?} became {to:?}");
    }
}

#[test]
fn offer_that_is_too_much_is_refused_for_its_size() {
    let many = |line: &str, count: usize| PLAIN.to_owned() + &line.repeat(count);
    let ssrcs: String = (100..140).map(|ssrc| format!("a=ssrc:{ssrc} cname:c\r\n")).collect();
    let rids: String = (0..9).map(|rid| format!("a=rid:{rid} send\r\n")).collect();
    let section = "m=video 0 UDP/TLS/RTP/SAVPF 96\r\n";

    assert_eq!(Offer::parse(""), Err(OfferError::NotSdp));
    assert_eq!(
        Offer::parse(&many("a=x\r\n", 20_000)),
        Err(OfferError::TooLong { len: PLAIN.len() + 100_000 })
    );
    assert_eq!(
        Offer::parse(&many(&format!("a={}\r\n", "x".repeat(2_047)), 1)),
        Err(OfferError::BadLine { line: 20 })
    );
    assert_eq!(
        Offer::parse(&many(section, 64)),
        Err(OfferError::TooMany { line: 83, what: "sections", limit: 64 })
    );
    assert_eq!(
        Offer::parse(&many(&ssrcs, 1)),
        Err(OfferError::TooMany { line: 51, what: "sources", limit: 32 })
    );
    assert_eq!(
        Offer::parse(&many(&rids, 1)),
        Err(OfferError::TooMany { line: 28, what: "a=rid", limit: 8 })
    );
}

#[test]
fn sections_may_not_share_a_name_or_contradict_each_other() {
    let section = &PLAIN[PLAIN.find("m=video").unwrap()..];
    let both = PLAIN.replace("BUNDLE 0", "BUNDLE 0 1") + section;
    let second = |from: &str, to: &str| {
        let (first, second) = both.split_at(both.len() - section.len());
        Offer::parse(&(first.to_owned() + &second.replace("mid:0", "mid:1").replace(from, to)))
    };

    assert_eq!(Offer::parse(&both), Err(OfferError::RepeatedMid { section: 1 }));
    assert!(second("", "").is_ok());
    assert_eq!(
        second("sdes:mid", "ssrc-audio-level"),
        Err(OfferError::ExtensionConflict { section: 1, id: 4 })
    );
}

proptest::proptest! {
    #[test]
    fn no_mutilated_offer_panics(at in 0_usize..2_000, len in 0_usize..60, text in ".{0,8}") {
        let (at, end) = (at.min(PLAIN.len()), (at + len).min(PLAIN.len()));
        let mut sdp = PLAIN.to_owned();
        sdp.replace_range(at..end.max(at), &text);
        if let Ok(offer) = Offer::parse(&sdp) {
            answer(&offer);
        }
    }
}

/// What is agreed of one codec.
fn agreed(section: &Section, name: CodecName) -> Agreed {
    let codecs = negotiate(section).unwrap().codecs;
    codecs.into_iter().find(|agreed| agreed.codec.name == name).unwrap()
}

fn mids(offer: &Offer) -> Vec<&str> {
    offer.sections.iter().map(|section| section.mid.as_str()).collect()
}

/// Answers as a call does: receives what is sent, fills what is received.
fn answer(offer: &Offer) -> String {
    let sections: Vec<_> = (0..)
        .zip(&offer.sections)
        .map(|(index, section)| AnswerSection { section, role: role(index, section) })
        .collect();
    let parameters = AnswerParameters {
        ice: &Credentials {
            ufrag: String::from("ufrag123"),
            pwd: String::from("abcdefghabcdefghabcdefgh"),
        },
        fingerprint: "00:01",
        candidates: &["192.0.2.1:5004".parse().unwrap(), "[2001:db8::1]:5004".parse().unwrap()],
        tcp_candidates: &["192.0.2.1:5004".parse().unwrap()],
        session_version: 1,
        cname: "palabre",
    };
    write_answer(&parameters, &sections)
}

fn role(index: u32, section: &Section) -> AnswerRole {
    let Some(codec) = negotiate(section).filter(|_| !section.rejected) else {
        return AnswerRole::Rejected;
    };
    let extensions = negotiate_extensions(section);
    if section.direction != Direction::RecvOnly {
        let rids = section.rids.clone();
        return AnswerRole::Receive { codec, extensions, rids, sound: Sound::Speech };
    }
    let has_repair = codec.codecs.iter().any(|agreed| agreed.rtx.is_some());
    let rtx_ssrc = has_repair.then_some(2_000 + index);
    let (stream, track) = (format!("pair-{index}"), format!("track-{index}"));
    AnswerRole::Slot { codec, extensions, ssrc: 1_000 + index, rtx_ssrc, stream, track }
}

/// One camera, nothing else; 19 lines.
const PLAIN: &str = "v=0\r\n\
    o=- 1 1 IN IP4 127.0.0.1\r\n\
    s=-\r\n\
    t=0 0\r\n\
    a=group:BUNDLE 0\r\n\
    m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n\
    a=ice-ufrag:name\r\n\
    a=ice-pwd:abcdefghabcdefghabcdef\r\n\
    a=fingerprint:sha-256 00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00\r\n\
    a=setup:actpass\r\n\
    a=mid:0\r\n\
    a=rtcp-mux\r\n\
    a=sendonly\r\n\
    a=rtpmap:96 VP8/90000\r\n\
    a=rtpmap:97 rtx/90000\r\n\
    a=fmtp:97 apt=96\r\n\
    a=rtcp-fb:96 nack\r\n\
    a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n\
    a=ssrc:7 cname:c\r\n";

/// Chromium 156: microphone, camera in three layers, three audio and four video slots.
const CHROMIUM: &str = include_str!("../../testdata/chromium-156-offer.sdp");

/// The same page again: camera resting, one slot closed, a slot and a screen added, ICE restarted.
const CHROMIUM_AGAIN: &str = include_str!("../../testdata/chromium-156-reoffer.sdp");

/// Chromium 156: microphone, camera and a data channel, both ways.
const CHROMIUM_DATA: &str = include_str!("../../testdata/chromium-156-datachannel.sdp");

/// Firefox ESR 153: as `CHROMIUM`.
const FIREFOX: &str = include_str!("../../testdata/firefox-esr-153-offer.sdp");
