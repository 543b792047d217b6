export const app = {
  name: "Palabre",
  loading: "Loading…",
  failed: "This part could not be loaded. It tries again by itself.",
  outdated: "The server has a newer version. Reload to open this part.",
};
