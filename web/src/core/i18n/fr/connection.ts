import type { Catalogue } from "../en";

export const connection: Catalogue["connection"] = {
  connecting: "Connexion…",
  reconnecting: "Reconnexion…",
  offline: "Vous êtes hors ligne. Ce que vous écrivez est gardé et envoyé plus tard.",
  retry: "Essayer",
  replaced: "Palabre est ouvert dans un autre onglet avec ce compte.",
  takeBack: "Utiliser ici",
  outdated: "Une version plus récente de Palabre est prête.",
  reload: "Recharger",
};
