import type { Catalogue } from "../en";

/** La liste des appels. */
export const calls: Catalogue["calls"] = {
  title: "Appels",
  all: "Tous",
  missed: "Manqués",
  none: "Aucun appel pour l’instant",
  noneText: "Les appels passés et reçus se trouvent ici.",
  noneMissed: "Aucun appel manqué",
  noneMissedText: "Vous avez répondu à tous.",
  callBack: (title) => `Appeler ${title}`,
};
