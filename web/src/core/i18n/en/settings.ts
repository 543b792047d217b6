export const settings = {
  title: "Settings",
  close: "Close",
  language: "Language",
  status: "Status",
  offline: "Your status can be changed once you are online.",
  devices: "Devices",
  devicesHint: "Choose them during a call, with the arrow beside the microphone or the camera.",
  accounts: "Accounts in this browser",
  current: "This tab",
  use: (name: string) => `Switch to ${name}`,
  add: "Add an account",
  signOut: "Sign out",
};
