//! An offer: an answer can be written to everything that is read, and says nothing but itself.

#![no_main]

use libfuzzer_sys::fuzz_target;
use palabre_media::identity::Credentials;
use palabre_media::sdp::{
    AnswerParameters, AnswerRole, AnswerSection, Direction, Offer, Section, negotiate,
    negotiate_extensions, Sound, write_answer,
};

fuzz_target!(|sdp: &str| {
    let Ok(offer) = Offer::parse(sdp) else { return };
    let sections: Vec<_> = (0..)
        .zip(&offer.sections)
        .map(|(index, section)| AnswerSection { section, role: role(index, section) })
        .collect();
    let parameters = AnswerParameters {
        ice: &Credentials { ufrag: "ufrag123".to_owned(), pwd: "p".repeat(24) },
        fingerprint: FINGERPRINT,
        candidates: &[([192, 0, 2, 1], 5004).into()],
        tcp_candidates: &[],
        session_version: 1,
        cname: "palabre",
    };
    let answer = write_answer(&parameters, &sections);

    if sections.iter().all(|answer| answer.role == AnswerRole::Rejected) {
        return;
    }
    // Read back as an offer: a value of the device that broke out of its line would show.
    let mirrored = answer.replace("a=ice-lite\r\n", "").replace("setup:passive", "setup:active");
    let read = Offer::parse(&mirrored).expect("the answer is well formed");
    assert_eq!(read.ice_ufrag, "ufrag123");
    assert_eq!(read.sections.len(), offer.sections.len());
    for (answered, AnswerSection { section, role }) in read.sections.iter().zip(&sections) {
        assert_eq!(answered.mid, section.mid);
        assert_eq!(answered.kind, section.kind);
        assert_eq!(answered.rejected, *role == AnswerRole::Rejected);
    }
});

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

const FINGERPRINT: &str = "00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:\
    00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00";
