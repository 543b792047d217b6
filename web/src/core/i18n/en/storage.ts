/** What a device can keep for a time without a network. */
export const storage = {
  full: "This device is full: what you read now will not be here without a network. Free some space.",
  unavailable: "This browser keeps nothing here, so Palabre needs a network to show anything.",
  understood: "Understood",
};
