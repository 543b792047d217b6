import type { Catalogue } from "../en";
import { plural } from "../plural";

export const list: Catalogue["list"] = {
  title: "Conversations",
  search: "Chercher une conversation",
  create: "Nouvelle conversation",
  settings: "Réglages",
  emptyTitle: "L’ombre est à vous",
  emptyText: "Personne n’a encore parlé ici. Ouvrez la première conversation.",
  noMatchTitle: "Aucune conversation trouvée",
  noMatchText: (query) => `Rien ne s’appelle « ${query} ».`,
  loading: "Chargement des conversations",
  unread: plural("fr", { one: "# message non lu", other: "# messages non lus" }),
  draft: "Brouillon :",
  ongoing: "Appel en cours",
  calling: "Ça sonne…",
  join: "Rejoindre",
  joined: "Vous y êtes",
  pickTitle: "Choisissez une conversation",
  pickText: "Ou ouvrez-en une : un mot à quelqu’un, ou un cercle pour plusieurs.",
};
