import type { Catalogue } from "../en";

export const settings: Catalogue["settings"] = {
  title: "Réglages",
  close: "Fermer",
  language: "Langue",
  status: "Statut",
  offline: "Votre statut pourra être changé une fois en ligne.",
  devices: "Appareils",
  devicesHint: "À choisir pendant un appel, avec la flèche à côté du micro ou de la caméra.",
  accounts: "Comptes dans ce navigateur",
  current: "Cet onglet",
  use: (name) => `Passer à ${name}`,
  add: "Ajouter un compte",
  signOut: "Se déconnecter",
};
