import { expect, test } from "vitest";

import { usernameFrom } from "./usernames";

test("a name to sign in with is easy to type on any keyboard", () => {
  expect(usernameFrom("Séna Dossou")).toBe("sena.dossou");
  expect(usernameFrom("  Jean-Baptiste d’Almeida ")).toBe("jean.baptiste.dalmeida");
  expect(usernameFrom("Ɛfua 2")).toBe("ɛfua.2");
  expect(usernameFrom("…")).toBe("");
});
