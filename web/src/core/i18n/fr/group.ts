import type { Catalogue } from "../en";
import { plural } from "../plural";

export const group: Catalogue["group"] = {
  add: "Ajouter des personnes",
  addHint: "Les personnes ajoutées pourront lire tout ce qui a été écrit avant.",
  addChosen: plural("fr", { one: "Ajouter # personne", other: "Ajouter # personnes" }),
  addNobody: "Choisissez qui ajouter",
  everybody: "Tout le monde est déjà dans ce groupe",
  rename: "Renommer le groupe",
  save: "Enregistrer",
  manage: (name) => `Gérer ${name}`,
  makeAdmin: "Nommer admin",
  stopAdmin: "Retirer le rôle d’admin",
  remove: "Retirer du groupe",
  removeTitle: (name) => `Retirer ${name} ?`,
  removeText: "Cette personne ne pourra plus lire ni écrire ici. Ce qu’elle a écrit reste.",
  removeConfirm: "Retirer",
  leave: "Quitter le groupe",
  leaveTitle: (title) => `Quitter « ${title} » ?`,
  leaveText:
    "La conversation disparaît de tous vos appareils. N’importe quel membre peut vous ajouter de nouveau.",
  leaveOnlyAdmin:
    "Ce groupe n’a pas d’autre admin : un membre le deviendra. La conversation disparaît de tous vos appareils.",
  leaveConfirm: "Quitter",
};
