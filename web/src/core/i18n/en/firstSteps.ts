export const firstSteps = {
  title: (place: string) => `Welcome to ${place}`,
  text: "Three steps to the first call.",
  done: "Done",
  invite: "Invite people",
  inviteText: "Send a link; whoever opens it makes an account.",
  talk: "Start a conversation",
  talkText: "With one person, or a group with a name.",
  talkLater: "As soon as somebody has opened the link.",
  call: "Call",
  callText:
    "With the telephone or the camera above a conversation. A guest needs no account, only a link.",
  byLink: "Call by a link",
  firstCall: "First call",
};
