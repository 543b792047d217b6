export const app = {
  name: "Palabre",
};
