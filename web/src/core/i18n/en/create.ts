export const create = {
  title: "New conversation",
  search: "Search people",
  nobody: "Nobody goes by that name.",
  alone: "There is nobody else on this server yet.",
  chosen: "Chosen",
  remove: (name: string) => `Remove ${name}`,
  groupName: "Name of the group",
  groupHint: "Several people make a group. Give it a name.",
  openDirect: "Write",
  createGroup: "Create group",
  cancel: "Cancel",
  offline: "You are offline: this has to wait.",
};
