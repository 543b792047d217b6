export const callEntry = {
  audio: "Audio call",
  video: "Video call",
  under: "Under way",
  missed: "Missed",
  missedYou: "Missed call",
  unanswered: "No answer",
  declined: "Declined",
  cancelled: "Cancelled",
  failed: "Failed",
  join: "Join",
  callBack: "Call back",
};
