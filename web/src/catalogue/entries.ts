/** The names of all entries: parts, and screens with made-up people. */

import { SCENES } from "../fixture/scenes";
import { PARTS } from "./parts";

export const ENTRIES: readonly string[] = [
  ...Object.keys(PARTS).map((name) => `part/${name}`),
  ...Object.keys(SCENES).map((name) => `screen/${name}`),
];
