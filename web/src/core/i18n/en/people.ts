import { plural } from "../plural";

export const people = {
  you: "you",
  youCapital: "You",
  availability: {
    available: "Available",
    busy: "Busy",
    away: "Away",
    offline: "Offline",
  },
  status: {
    available: "Available",
    busy: "Busy",
    away: "Away",
    invisible: "Invisible",
  },
  statusHint: {
    available: "You may be written to and called",
    busy: "Please do not disturb",
    away: "Not at the device",
    invisible: "Others see you as offline",
  },
  deleted: "Deleted account",
  deletedHint: "This account was deleted. Nobody reads here any more.",
  lastSeen: (when: string) => `last seen ${when}`,
  members: plural("en", { one: "# member", other: "# members" }),
  online: plural("en", { one: "# online", other: "# online" }),
  and: (names: string, last: string) => `${names} and ${last}`,
  others: plural("en", { one: "# other", other: "# others" }),
};
