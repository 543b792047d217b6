/** The list of one's calls. */
export const calls = {
  title: "Calls",
  all: "All",
  missed: "Missed",
  none: "No calls yet",
  noneText: "Calls you made and got are listed here.",
  noneMissed: "No missed calls",
  noneMissedText: "You have answered all of them.",
  callBack: (title: string) => `Call ${title}`,
};
