import type { Catalogue } from "../en";

export const notice: Catalogue["notice"] = {
  answered_elsewhere: (title) => `${title} : pris sur un autre appareil`,
  declined_elsewhere: (title) => `${title} : refusé sur un autre appareil`,
  held_call_over: (title) => `${title} : l’appel en attente est terminé`,
  missed_call: (title) => `Appel manqué : ${title}`,
  stopped: {
    microphone: (by) => `${by} a coupé votre micro. Vous pouvez le rallumer.`,
    camera: (by) => `${by} a coupé votre caméra. Vous pouvez la rallumer.`,
    screen: (by) => `${by} a arrêté votre partage d’écran.`,
    screen_audio: (by) => `${by} a arrêté votre partage d’écran.`,
  },
  microphone_lost: "Le micro a été perdu. L’appel continue sans lui.",
  blur_lost: "Cet appareil ne peut pas flouter l’arrière-plan : la caméra est coupée.",
  camera_lost: "La caméra a été perdue. L’appel continue sans elle.",
  storage_full:
    "Cet appareil est plein. Vos messages partent, mais ne survivront pas à la fermeture de la page. Libérez de l’espace.",
  open: "Ouvrir",
  dismiss: "Fermer",
  region: "Avis",
};
