export const quality = {
  title: "Connection",
  weak: "weak connection",
  details: "Details",
  lossy: (share: string) => `Your connection is weak: ${share} of the packets are lost.`,
  late: (time: string) => `Your connection is weak: what you say arrives after ${time}.`,
  narrow: "Your connection is weak: it has no room for pictures.",
  isWeak:
    "Your connection is weak. Sound comes first; pictures come back as soon as there is room.",
  isGood: "Your connection is good.",
  lossDown: "Lost on the way to you",
  lossUp: "Lost on the way from you",
  roundTrip: "There and back",
  path: "Room on the way to you",
  wanted: "What you would receive at best",
  given: "What you receive",
  unknown: "not known yet",
};
