import type { Catalogue } from "../en";

export const empty: Catalogue["empty"] = {
  offline: {
    title: "Le pont est coupé",
    text: "Sans réseau, rien à lire ici. Tout reviendra sans rien faire.",
  },
  full: {
    title: "Cet appareil est plein",
    text: "Il n’y a plus de place pour garder des messages. Libérez de l’espace, puis rechargez.",
  },
  upgraded: {
    title: "Palabre a grandi",
    text: "Le serveur a une version plus récente. Ce que vous avez écrit est gardé.",
  },
  calm: {
    title: "Vous n’avez rien manqué",
    text: "Tout est lu, tous les appels ont trouvé réponse.",
  },
  waiting: {
    title: "Vous êtes à la porte",
    text: "Quelqu’un va vous ouvrir de l’intérieur.",
  },
  locked: {
    title: "Cet appel est fermé",
    text: "Plus personne ne peut entrer. Demandez à un participant d’ouvrir.",
  },
};
