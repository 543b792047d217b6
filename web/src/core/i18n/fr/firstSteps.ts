import type { Catalogue } from "../en";

export const firstSteps: Catalogue["firstSteps"] = {
  title: (place) => `Bienvenue à ${place}`,
  text: "Trois pas jusqu’au premier appel.",
  done: "C’est fait",
  invite: "Inviter des personnes",
  inviteText: "Envoyez un lien ; qui l’ouvre crée son compte.",
  talk: "Ouvrir une conversation",
  talkText: "Avec une personne, ou un groupe qui porte un nom.",
  talkLater: "Dès que quelqu’un aura ouvert le lien.",
  call: "Appeler",
  callText:
    "Avec le téléphone ou la caméra au-dessus d’une conversation. À un invité il faut un lien, pas de compte.",
  byLink: "Appeler par un lien",
  firstCall: "Premier appel",
};
