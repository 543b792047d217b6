import type { Catalogue } from "../en";

export const join: Catalogue["join"] = {
  title: (call) => `Rejoindre : ${call}`,
  cancel: "Pas maintenant",
  noPicture: "Votre caméra est éteinte",
  level: "Volume de votre micro",
  nobody: "Personne n’y est en ce moment.",
  inside: (names) => `Dans l’appel : ${names}`,
  join: "Rejoindre maintenant",
  listen: "Rejoindre pour écouter",
  denied: {
    chromium: "Bloqué. Touchez le signe à gauche de l’adresse, autorisez-le là, puis réessayez.",
    firefox:
      "Bloqué. Touchez le signe barré à gauche de l’adresse, levez le blocage, puis réessayez.",
    safari:
      "Bloqué. Dans le menu Safari › Réglages pour ce site web, autorisez-le, puis réessayez.",
    ios: "Bloqué. Dans l’app Réglages, cherchez ce navigateur, autorisez-le, puis rechargez.",
  },
};
