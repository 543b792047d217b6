import type { Catalogue } from "../en";

export const create: Catalogue["create"] = {
  title: "Nouvelle conversation",
  saved: "Écrire pour vous-même",
  search: "Chercher une personne",
  nobody: "Personne ne porte ce nom",
  alone: "Il n’y a encore personne d’autre sur ce serveur",
  aloneHint: "La personne qui tient le lieu peut inviter du monde.",
  chosen: "Personnes choisies",
  remove: (name) => `Retirer ${name}`,
  groupName: "Nom du groupe",
  groupHint: "Plusieurs personnes font un groupe. Donnez-lui un nom.",
  openDirect: "Écrire",
  createGroup: "Créer le groupe",
  cancel: "Annuler",
  offline: "Vous êtes hors ligne : il faut attendre.",
};
