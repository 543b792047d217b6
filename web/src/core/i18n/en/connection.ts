export const connection = {
  connecting: "Connecting…",
  reconnecting: "Reconnecting…",
  offline: "You are offline. What you write is kept and sent later.",
  held: "The server cannot store anything right now. What you write is kept and sent later.",
  retry: "Try now",
  replaced: "Palabre is open in another tab with this account.",
  takeBack: "Use it here",
  upgraded: "Palabre has grown. Reload when it suits you.",
  outdated: "This page is too old for the server. Reload it; what you wrote is kept.",
  reload: "Reload",
};
