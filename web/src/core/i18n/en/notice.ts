export const notice = {
  answered_elsewhere: (title: string) => `${title}: answered on another device`,
  declined_elsewhere: (title: string) => `${title}: declined on another device`,
  missed_call: (title: string) => `Missed call: ${title}`,
  microphone_lost: "The microphone was lost. The call goes on without it.",
  camera_lost: "The camera was lost. The call goes on without it.",
  storage_full:
    "This device is full. What you write is sent, but not kept if this page closes. Free some space.",
  open: "Open",
  dismiss: "Dismiss",
  region: "Notices",
};
