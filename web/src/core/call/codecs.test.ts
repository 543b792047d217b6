import { expect, test } from "vitest";

import { spokenOf } from "./codecs";

function codec(mimeType: string, sdpFmtpLine?: string): RTCRtpCodec {
  const known = { mimeType, clockRate: 90_000 };
  return sdpFmtpLine === undefined ? known : { ...known, sdpFmtpLine };
}

test("redundant audio comes before plain, and other formats are left out", () => {
  const known = ["audio/opus", "audio/red", "audio/G722", "audio/CN"].map((name) => codec(name));

  expect(spokenOf(known).map(({ mimeType }) => mimeType)).toEqual(["audio/red", "audio/opus"]);
});

test("of each video codec the form that everybody decodes is named, VP8 first", () => {
  const known = [
    codec("video/H264", "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f"),
    codec("video/H264", "level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f"),
    codec("video/H264", "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"),
    codec("video/H264", "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=640034"),
    codec("video/rtx"),
    codec("video/VP8"),
    codec("video/VP9", "profile-id=0"),
    codec("video/VP9", "profile-id=2"),
    codec("video/AV1", "level-idx=5;profile=0;tier=0"),
    codec("video/AV1", "level-idx=5;profile=1;tier=0"),
    codec("video/red"),
    codec("video/ulpfec"),
  ];

  expect(spokenOf(known).map(({ mimeType, sdpFmtpLine }) => [mimeType, sdpFmtpLine])).toEqual([
    ["video/VP8", undefined],
    ["video/H264", "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"],
    ["video/rtx", undefined],
    ["video/AV1", "level-idx=5;profile=0;tier=0"],
  ]);
});
