import type { Catalogue } from "../en";

export const quality: Catalogue["quality"] = {
  title: "Connexion",
  weak: "connexion faible",
  details: "Détails",
  lossy: (share) => `Votre connexion est faible : ${share} des paquets se perdent.`,
  late: (time) => `Votre connexion est faible : ce que vous dites arrive au bout de ${time}.`,
  narrow: "Votre connexion est faible : elle n’a pas assez de débit pour les images.",
  isWeak:
    "Votre connexion est faible. Le son passe d’abord ; les images reviennent dès qu’il y a de la place.",
  isGood: "Votre connexion est bonne.",
  lossDown: "Pertes vers vous",
  lossUp: "Pertes depuis vous",
  roundTrip: "Aller-retour",
  path: "Débit possible vers vous",
  wanted: "Ce que vous recevriez au mieux",
  given: "Ce que vous recevez",
  unknown: "pas encore connu",
};
