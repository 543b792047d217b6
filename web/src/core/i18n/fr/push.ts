import type { PushWords } from "../push";

export const push: PushWords = {
  message: "Nouveau message",
  carries: {
    image: "Une image",
    video: "Une vidéo",
    audio: "Un son",
    voice: "Un message vocal",
    file: "Un fichier",
  },
  from: (sender, text) => `${sender} : ${text}`,
  several: (title, count) => `${title} (${count})`,
  beep: (sender) => `${sender} a besoin de vous`,
  beepHint: "Bip",
  call: { audio: "Appel audio", video: "Appel vidéo" },
  calls: (sender) => `${sender} vous appelle`,
  missed: { audio: "Appel audio manqué", video: "Appel vidéo manqué" },
  test: "Les notifications arrivent sur cet appareil",
  testHint: "Voici à quoi elles ressemblent.",
  unreadable: "Il y a du nouveau",
  unreadableHint: "Ouvrez Palabre pour le voir.",
  read: "Marquer comme lu",
  accept: "Répondre",
  decline: "Refuser",
};
