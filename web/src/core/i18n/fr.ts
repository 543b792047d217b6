/** French; one file for each group of keys. */

import type { Catalogue } from "./en";
import { alerts } from "./fr/alerts";
import { app } from "./fr/app";
import { beep } from "./fr/beep";
import { call } from "./fr/call";
import { callEntry } from "./fr/callEntry";
import { calls } from "./fr/calls";
import { chat } from "./fr/chat";
import { composer } from "./fr/composer";
import { connection } from "./fr/connection";
import { create } from "./fr/create";
import { empty } from "./fr/empty";
import { entrance } from "./fr/entrance";
import { files } from "./fr/files";
import { firstSteps } from "./fr/firstSteps";
import { floor } from "./fr/floor";
import { group } from "./fr/group";
import { guest } from "./fr/guest";
import { info } from "./fr/info";
import { invite } from "./fr/invite";
import { join } from "./fr/join";
import { list } from "./fr/list";
import { message } from "./fr/message";
import { notice } from "./fr/notice";
import { people } from "./fr/people";
import { problem } from "./fr/problem";
import { profile } from "./fr/profile";
import { quality } from "./fr/quality";
import { search } from "./fr/search";
import { settings } from "./fr/settings";
import { shortcuts } from "./fr/shortcuts";
import { signIn } from "./fr/signIn";
import { storage } from "./fr/storage";
import { ui } from "./fr/ui";

export const fr: Catalogue = {
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
