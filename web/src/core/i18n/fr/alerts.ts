import type { Catalogue } from "../en";

export const alerts: Catalogue["alerts"] = {
  title: "Notifications",
  on: "Me prévenir sur cet appareil",
  onHint: "Des messages, des appels et des bips, même quand Palabre est fermé",
  onOpenHint:
    "Votre navigateur ne peut pas être joint quand Palabre est fermé : gardez un onglet ouvert, même caché.",
  previews: "Montrer ce que disent les messages",
  previewsHint: "Sinon, seulement qui a écrit",
  test: "Essayer",
  tested:
    "C’est parti. Si rien ne s’affiche, regardez si le système laisse votre navigateur notifier.",
  notAllowed: "Votre navigateur n’y a pas été autorisé. Réessayez et choisissez « Autoriser ».",
  blocked: "Les notifications de Palabre sont bloquées dans ce navigateur.",
  remedy: {
    chromium:
      "Touchez le signe à gauche de l’adresse, laissez passer « Notifications », puis rechargez la page.",
    android:
      "Touchez le signe à gauche de l’adresse, puis « Autorisations », et laissez passer « Notifications ».",
    firefox:
      "Touchez le signe à gauche de l’adresse et retirez le blocage à côté de « Envoyer des notifications ».",
    safari:
      "Ouvrez les réglages de Safari, « Sites web », « Notifications », et autorisez cette adresse.",
  },
  missing: {
    insecure: "Les notifications demandent https. Voyez avec qui tient ce serveur.",
    home_screen:
      "Sur iPhone et iPad : touchez « Partager », « Sur l’écran d’accueil », et ouvrez Palabre de là.",
    browser: "Ce navigateur n’a pas de notifications.",
  },
  offer: "Être prévenu quand Palabre est fermé ?",
  offerOn: "Activer",
  offerLater: "Plus tard",
};
