export const connection = {
  connecting: "Connecting…",
  reconnecting: "Reconnecting…",
  offline: "You are offline. What you write is kept and sent later.",
  retry: "Try now",
  replaced: "Palabre is open in another tab with this account.",
  takeBack: "Use it here",
  outdated: "A newer version of Palabre is ready.",
  reload: "Reload",
};
