/** The sheet that tells which keys do what. */
export const shortcuts = {
  title: "Keyboard shortcuts",
  show: "Show the shortcuts",
  off: "Single keys are turned off in the settings.",
  groups: { anywhere: "Everywhere", writing: "While writing", call: "In a call" },
  keys: { space: "Space", enter: "Enter", escape: "Esc" },
  hold: "hold",
  does: {
    search: "Search conversations",
    newConversation: "New conversation",
    next: "Next conversation",
    previous: "Previous conversation",
    help: "This list",
    close: "Close what lies on top",
    send: "Send; with Shift, a new line",
    microphone: "Microphone on or off",
    camera: "Camera on or off",
    screen: "Share the screen or stop",
    talk: "Talk while muted",
    hand: "Raise your hand or take it down",
    people: "Who is in the call",
  },
};
