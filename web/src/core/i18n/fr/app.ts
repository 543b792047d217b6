import type { Catalogue } from "../en";

export const app: Catalogue["app"] = {
  name: "Palabre",
};
