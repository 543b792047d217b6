export const ui = {
  close: "Close",
  cancel: "Cancel",
  clear: "Empty the field",
  skip: "Skip to the conversation",
};
