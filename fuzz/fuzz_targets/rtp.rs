//! An RTP packet after decryption: no field reaches past its end, and what is rewritten reads back.

#![no_main]

use libfuzzer_sys::fuzz_target;
use palabre_media::retransmission::decapsulate;
use palabre_media::rtp::{Fields, Header, extension, header_len, write_header};
use palabre_media::vp8::{self, Descriptor};
use palabre_media::{av1, h264, red, vp9};

fuzz_target!(|packet: &[u8]| {
    let mut found = None;
    for id in 0..=u8::MAX {
        found = extension(packet, id).map(|value| (id, value)).or(found);
    }
    let Some(header) = Header::parse(packet) else { return };
    let payload = &packet[header.len..packet.len() - header.padding];
    if let Some((_, original)) = decapsulate(payload) {
        assert!(original.len() < payload.len());
    }
    rewrite_payload(payload);
    read_other_codecs(payload);
    if let Some((id @ 1..=14, value @ [_, ..])) = found
        && value.len() <= 16
    {
        rewrite_header(&header, id, value);
    }
});

fn rewrite_payload(payload: &[u8]) {
    let Some(before) = Descriptor::parse(payload) else { return };
    let mut rewritten = payload.to_vec();
    vp8::rewrite(&mut rewritten, Some(PICTURE_ID), Some(TL0));

    let after = Descriptor::parse(&rewritten).expect("rewriting keeps the form");
    assert_eq!(after.is_keyframe_start, before.is_keyframe_start);
    assert_eq!(after.tl0, before.tl0.map(|_| TL0));
    let expected = before.picture_id.map(|id| if id.long { PICTURE_ID } else { PICTURE_ID & 0x7f });
    assert_eq!(after.picture_id.map(|id| id.value), expected);
}

/// Whatever the bytes are, reading them as any codec stays within them.
fn read_other_codecs(payload: &[u8]) {
    let _ = (h264::is_keyframe_start(payload), av1::is_keyframe_start(payload));
    let mut rewritten = payload.to_vec();
    red::rewrite(&mut rewritten, 109);
    assert_eq!(red::primary(&rewritten), red::primary(payload));

    let before = vp9::Descriptor::parse(payload);
    let mut rewritten = payload.to_vec();
    vp9::rewrite(&mut rewritten, Some(PICTURE_ID), Some(TL0));
    let after = vp9::Descriptor::parse(&rewritten);
    assert_eq!(before.map(|it| it.is_keyframe_start), after.map(|it| it.is_keyframe_start));
}

fn rewrite_header(header: &Header, id: u8, value: &[u8]) {
    let Header { payload_type, marker, sequence, timestamp, ssrc, .. } = *header;
    let fields = Fields { payload_type, marker, sequence, timestamp, ssrc };
    let extensions = [(id, value)];
    let mut written = vec![0; header_len(&extensions)];
    let len = write_header(&mut written, &fields, &extensions);

    assert_eq!(len, written.len());
    assert_eq!(extension(&written, id), Some(value));
    assert_eq!(Header::parse(&written), Some(Header { len, padding: 0, ..*header }));
}

const PICTURE_ID: u16 = 0x5aa5;
const TL0: u8 = 200;
