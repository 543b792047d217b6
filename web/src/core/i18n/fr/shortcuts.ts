import type { Catalogue } from "../en";

export const shortcuts: Catalogue["shortcuts"] = {
  title: "Raccourcis clavier",
  show: "Voir les raccourcis",
  off: "Les touches seules sont désactivées dans les réglages.",
  groups: { anywhere: "Partout", writing: "En écrivant", call: "En appel" },
  keys: { space: "Espace", enter: "Entrée", escape: "Échap" },
  hold: "maintenir",
  does: {
    search: "Chercher partout",
    find: "Chercher dans la conversation ouverte",
    newConversation: "Nouvelle conversation",
    next: "Conversation suivante",
    previous: "Conversation précédente",
    help: "Cette liste",
    close: "Fermer ce qui est au-dessus",
    send: "Envoyer ; avec Maj, aller à la ligne",
    microphone: "Allumer ou couper le micro",
    camera: "Allumer ou éteindre la caméra",
    screen: "Partager l’écran ou arrêter",
    talk: "Parler micro coupé",
    speaking: "Dire qui parle",
    hand: "Lever ou baisser la main",
    people: "Qui est dans l’appel",
  },
};
