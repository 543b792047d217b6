import type { Catalogue } from "../en";

export const app: Catalogue["app"] = {
  name: "Palabre",
  loading: "Chargement…",
  failed: "Cette partie n’a pas pu être chargée. Un nouvel essai se fait tout seul.",
  outdated: "Le serveur a une version plus récente. Rechargez pour ouvrir cette partie.",
};
