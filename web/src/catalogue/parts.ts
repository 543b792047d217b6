/** The parts of the language, each with a page of its own. */

import type { ReactNode } from "react";

import * as answers from "./parts/answers";
import * as choices from "./parts/choices";
import * as files from "./parts/files";
import * as foundations from "./parts/foundations";
import * as lists from "./parts/lists";
import * as overlays from "./parts/overlays";
import * as signs from "./parts/signs";

export const PARTS: Record<string, () => ReactNode> = {
  ...foundations.parts,
  ...answers.parts,
  ...choices.parts,
  ...signs.parts,
  ...overlays.parts,
  ...lists.parts,
  ...files.parts,
};
