export const notice = {
  answered_elsewhere: (title: string) => `${title}: answered on another device`,
  declined_elsewhere: (title: string) => `${title}: declined on another device`,
  missed_call: (title: string) => `Missed call: ${title}`,
  microphone_lost: "The microphone was lost. The call goes on without it.",
  camera_lost: "The camera was lost. The call goes on without it.",
  open: "Open",
  dismiss: "Dismiss",
  region: "Notices",
};
