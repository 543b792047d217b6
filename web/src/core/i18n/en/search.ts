import { plural } from "../plural";

/** Looking for messages and people. */
export const search = {
  here: "Search in this conversation",
  words: "Search messages",
  conversations: "Conversations",
  people: "People",
  messages: "Messages",
  filters: "Filters",
  order: "Order",
  latest: "Latest",
  best: "Best match",
  files: "With files",
  from: "From",
  anybody: "Anybody",
  in: "In",
  anywhere: "All conversations",
  when: "When",
  times: {
    any: "At any time",
    week: "In the last 7 days",
    month: "In the last 30 days",
    year: "In the last year",
  },
  short: "Write at least two letters.",
  searching: "Searching",
  nothing: "Nothing found",
  nothingText: (query: string) => `No message has all the words of “${query}”.`,
  found: plural("en", { one: "# message found", other: "# messages found" }),
  foundMore: plural("en", { one: "# message found so far", other: "# messages found so far" }),
  kept: "You are offline: these are the messages that this device keeps.",
  more: "Find more",
};
