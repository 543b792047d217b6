import type { Catalogue } from "../en";

export const connection: Catalogue["connection"] = {
  connecting: "Connexion…",
  reconnecting: "Reconnexion…",
  offline: "Vous êtes hors ligne. Ce que vous écrivez est gardé et envoyé plus tard.",
  held: "Le serveur ne peut rien enregistrer pour le moment. Ce que vous écrivez est gardé et envoyé plus tard.",
  retry: "Essayer",
  replaced: "Palabre est ouvert dans un autre onglet avec ce compte.",
  takeBack: "Utiliser ici",
  upgraded: "Palabre a grandi. Rechargez quand cela vous convient.",
  outdated:
    "Cette page est trop ancienne pour le serveur. Rechargez-la ; ce que vous avez écrit est gardé.",
  reload: "Recharger",
};
