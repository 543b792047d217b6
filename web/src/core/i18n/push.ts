/** What notices of the system say: the words of the service worker, which pages need not load. */

import type { Shape } from "./en";
import { push as en } from "./en/push";
import { push as fr } from "./fr/push";
import type { Language } from "./index";

export type PushWords = Shape<typeof en>;

export const PUSH_WORDS: Record<Language, PushWords> = { en, fr };
