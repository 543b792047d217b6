export const app = {
  name: "Palabre",
  loading: "Loading…",
  loadFailed: "This part could not be loaded. Are you offline?",
};
