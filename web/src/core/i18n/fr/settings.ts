import type { Catalogue } from "../en";

export const settings: Catalogue["settings"] = {
  title: "Réglages",
  close: "Fermer",
  language: "Langue",
  status: "Statut",
  offline: "Votre statut pourra être changé une fois en ligne.",
  appearance: "Apparence",
  theme: { system: "Système", light: "Clair", dark: "Sombre" },
  contrast: "Contraste renforcé",
  contrastHint: "Couleurs et traits plus marqués, au soleil ou pour les yeux fatigués",
  keyboard: "Clavier",
  singleKeys: "Touches seules",
  singleKeysHint: "Des touches comme M et V agissent sans Ctrl ni Alt",
  devices: "Appareils",
  devicesHint: "À choisir pendant un appel, avec la flèche à côté du micro ou de la caméra.",
  accounts: "Comptes dans ce navigateur",
  current: "Cet onglet",
  use: (name) => `Passer à ${name}`,
  add: "Ajouter un compte",
  signOut: "Se déconnecter",
};
