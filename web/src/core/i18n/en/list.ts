import { plural } from "../plural";

export const list = {
  title: "Conversations",
  search: "Search conversations",
  create: "New conversation",
  settings: "Settings",
  emptyTitle: "The shade is yours",
  emptyText: "Nobody has spoken here yet. Start the first conversation.",
  noMatchTitle: "No conversation found",
  noMatchText: (query: string) => `Nothing is called “${query}”.`,
  loading: "Loading conversations",
  unread: plural("en", { one: "# unread message", other: "# unread messages" }),
  draft: "Draft:",
  ongoing: "Call under way",
  calling: "Calling…",
  join: "Join",
  joined: "You are in",
  pickTitle: "Choose a conversation",
  pickText: "Or start a new one: a word to one person, or a circle for many.",
};
