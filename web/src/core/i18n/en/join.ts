export const join = {
  title: (call: string) => `Join: ${call}`,
  cancel: "Not now",
  noPicture: "Your camera is off",
  level: "How loud your microphone is",
  nobody: "Nobody is in it now.",
  inside: (names: string) => `In the call: ${names}`,
  join: "Join now",
  listen: "Join and listen",
  denied: {
    chromium: "Blocked. Press the sign left of the address, allow it there, then try again.",
    firefox: "Blocked. Press the crossed-out sign left of the address, lift the block, try again.",
    safari: "Blocked. In the menu Safari › Settings for this website, allow it, then try again.",
    ios: "Blocked. In the Settings app, find this browser, allow it there, then reload.",
  },
};
