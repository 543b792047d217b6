import { plural } from "../plural";

/** Groups whose members come and go. */
export const group = {
  add: "Add people",
  addHint: "Those who come can read everything that was written before.",
  addChosen: plural("en", { one: "Add # person", other: "Add # people" }),
  addNobody: "Choose whom to add",
  everybody: "Everybody is in this group already",
  rename: "Rename the group",
  save: "Save",
  manage: (name: string) => `Manage ${name}`,
  makeAdmin: "Make an admin",
  stopAdmin: "No longer an admin",
  remove: "Remove from the group",
  removeTitle: (name: string) => `Remove ${name}?`,
  removeText: "This person can no longer read or write here. What they wrote stays.",
  removeConfirm: "Remove",
  leave: "Leave the group",
  leaveTitle: (title: string) => `Leave “${title}”?`,
  leaveText: "The conversation goes from all of your devices. Any member can add you again.",
  leaveOnlyAdmin:
    "You are its only admin, so that another member becomes one. The conversation goes from all of your devices.",
  leaveConfirm: "Leave",
};
