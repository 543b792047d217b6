/** English, and the shape that every other catalogue has. One file for each group of keys. */

import { alerts } from "./en/alerts";
import { app } from "./en/app";
import { beep } from "./en/beep";
import { call } from "./en/call";
import { callEntry } from "./en/callEntry";
import { calls } from "./en/calls";
import { chat } from "./en/chat";
import { composer } from "./en/composer";
import { connection } from "./en/connection";
import { create } from "./en/create";
import { empty } from "./en/empty";
import { entrance } from "./en/entrance";
import { files } from "./en/files";
import { firstSteps } from "./en/firstSteps";
import { floor } from "./en/floor";
import { group } from "./en/group";
import { guest } from "./en/guest";
import { info } from "./en/info";
import { invite } from "./en/invite";
import { join } from "./en/join";
import { list } from "./en/list";
import { message } from "./en/message";
import { notice } from "./en/notice";
import { people } from "./en/people";
import { problem } from "./en/problem";
import { profile } from "./en/profile";
import { quality } from "./en/quality";
import { search } from "./en/search";
import { settings } from "./en/settings";
import { shortcuts } from "./en/shortcuts";
import { signIn } from "./en/signIn";
import { storage } from "./en/storage";
import { ui } from "./en/ui";

export const en = {
  alerts,
  app,
  signIn,
  people,
  list,
  create,
  empty,
  entrance,
  firstSteps,
  chat,
  callEntry,
  message,
  composer,
  files,
  info,
  invite,
  join,
  connection,
  beep,
  call,
  calls,
  floor,
  group,
  guest,
  profile,
  search,
  settings,
  notice,
  problem,
  quality,
  shortcuts,
  storage,
  ui,
};

/** What a translation must have: the same keys, functions with the same parameters. */
export type Catalogue = Shape<typeof en>;

export type Shape<Text> = Text extends string
  ? string
  : Text extends (...parameters: infer Parameters) => string
    ? (...parameters: Parameters) => string
    : { [Key in keyof Text]: Shape<Text[Key]> };
