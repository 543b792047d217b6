import type { Catalogue } from "../en";

export const callEntry: Catalogue["callEntry"] = {
  audio: "Appel audio",
  video: "Appel vidéo",
  under: "En cours",
  missed: "Manqué",
  missedYou: "Appel manqué",
  unanswered: "Sans réponse",
  declined: "Refusé",
  cancelled: "Annulé",
  failed: "Échoué",
  join: "Rejoindre",
  callBack: "Rappeler",
};
