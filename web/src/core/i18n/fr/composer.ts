import type { Catalogue } from "../en";

export const composer: Catalogue["composer"] = {
  replyingTo: (name) => `Répondre à ${name}`,
  replyingToYou: "Vous répondre",
  editing: "Modifier le message",
  cancelReply: "Ne pas répondre",
  cancelEdit: "Ne pas modifier",
  save: "Enregistrer",
  format: "Mise en forme",
  bold: "Gras",
  italic: "Italique",
  strike: "Barré",
  code: "Code",
  quote: "Citation",
  list: "Liste",
  link: "Lien",
  emoji: "Émoji",
  emojiSearch: "Rechercher un émoji",
  emojiNone: "Aucun émoji de ce nom",
  emojiLoading: "Chargement des émojis…",
  skinTone: "Couleur de peau",
  mentions: "Personnes à mentionner",
};
