import type { Catalogue } from "../en";
import { plural } from "../plural";

export const people: Catalogue["people"] = {
  you: "vous",
  youCapital: "Vous",
  availability: {
    available: "Disponible",
    busy: "Occupé",
    away: "Absent",
    offline: "Hors ligne",
  },
  status: {
    available: "Disponible",
    busy: "Occupé",
    away: "Absent",
    invisible: "Invisible",
  },
  statusHint: {
    available: "On peut vous écrire et vous appeler",
    busy: "Ne pas déranger",
    away: "Pas devant l’appareil",
    invisible: "Les autres vous voient hors ligne",
  },
  deleted: "Compte supprimé",
  deletedHint: "Ce compte a été supprimé. Personne ne lit plus ici.",
  lastSeen: (when) => `vu ${when}`,
  members: plural("fr", { one: "# membre", other: "# membres" }),
  online: plural("fr", { one: "# en ligne", other: "# en ligne" }),
  and: (names, last) => `${names} et ${last}`,
  others: plural("fr", { one: "# autre", other: "# autres" }),
};
