import type { Catalogue } from "../en";

export const ui: Catalogue["ui"] = {
  close: "Fermer",
  cancel: "Annuler",
  clear: "Vider le champ",
  skip: "Aller à la conversation",
};
