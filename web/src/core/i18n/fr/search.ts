import type { Catalogue } from "../en";
import { plural } from "../plural";

export const search: Catalogue["search"] = {
  here: "Chercher dans cette conversation",
  words: "Chercher des messages",
  conversations: "Conversations",
  people: "Personnes",
  messages: "Messages",
  filters: "Filtres",
  order: "Ordre",
  latest: "Plus récents",
  best: "Plus proches",
  files: "Avec fichiers",
  links: "Avec liens",
  from: "De",
  anybody: "Tout le monde",
  in: "Dans",
  anywhere: "Toutes les conversations",
  when: "Quand",
  times: {
    any: "N’importe quand",
    week: "Ces 7 derniers jours",
    month: "Ces 30 derniers jours",
    year: "Cette dernière année",
  },
  short: "Écrivez au moins deux lettres.",
  searching: "Recherche en cours",
  nothing: "Rien trouvé",
  nothingText: (query) => `Aucun message n’a tous les mots de « ${query} ».`,
  found: plural("fr", { one: "# message trouvé", other: "# messages trouvés" }),
  foundMore: plural("fr", {
    one: "# message trouvé pour l’instant",
    other: "# messages trouvés pour l’instant",
  }),
  kept: "Vous êtes hors ligne : voici les messages que cet appareil garde.",
  more: "Chercher plus loin",
};
