export const notice = {
  answered_elsewhere: (title: string) => `${title}: answered on another device`,
  declined_elsewhere: (title: string) => `${title}: declined on another device`,
  held_call_over: (title: string) => `${title}: the call on hold is over`,
  missed_call: (title: string) => `Missed call: ${title}`,
  stopped: {
    microphone: (by: string) => `${by} has muted you. You can unmute yourself.`,
    camera: (by: string) => `${by} has turned your camera off. You can turn it on again.`,
    screen: (by: string) => `${by} has stopped your screen share.`,
    screen_audio: (by: string) => `${by} has stopped your screen share.`,
  },
  microphone_lost: "The microphone was lost. The call goes on without it.",
  blur_lost: "This device cannot blur the background, so the camera is off.",
  camera_lost: "The camera was lost. The call goes on without it.",
  storage_full:
    "This device is full. What you write is sent, but not kept if this page closes. Free some space.",
  open: "Open",
  dismiss: "Dismiss",
  region: "Notices",
};
