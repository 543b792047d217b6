/** What a place says while it holds nothing, or cannot. */
export const empty = {
  offline: {
    title: "The bridge is down",
    text: "Without a network this cannot be read. It comes back by itself.",
  },
  full: {
    title: "This device is full",
    text: "There is no room to keep messages here. Free some space, then reload.",
  },
  upgraded: {
    title: "Palabre has grown",
    text: "The server has a newer version. What you wrote is kept.",
  },
  calm: {
    title: "You have missed nothing",
    text: "Everything was read, every call was answered.",
  },
  waiting: {
    title: "You are at the door",
    text: "Somebody inside will let you in.",
  },
  locked: {
    title: "This call is closed",
    text: "Nobody else can come in. Ask somebody inside to open it.",
  },
};
