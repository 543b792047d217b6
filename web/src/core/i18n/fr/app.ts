import type { Catalogue } from "../en";

export const app: Catalogue["app"] = {
  name: "Palabre",
  loading: "Chargement…",
  loadFailed: "Cette partie n’a pas pu être chargée. Êtes-vous hors ligne ?",
};
