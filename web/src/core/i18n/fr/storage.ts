import type { Catalogue } from "../en";

export const storage: Catalogue["storage"] = {
  full: "Cet appareil est plein : ce que vous lisez ne sera plus là sans réseau. Libérez de l’espace.",
  unavailable: "Ce navigateur ne garde rien ici : sans réseau, Palabre n’aura rien à montrer.",
  understood: "Compris",
};
