/** Everybody whom a call concerns: raised hands first, then who is in, then who is not. */

import { Hand, Link2, MicOff, VideoOff } from "lucide-react";
import { type ReactNode, useState } from "react";

import type { CurrentCall, PersonView, Tile } from "../core/model";
import type { CallRules } from "../core/protocol";
import { GuestLinksSheet } from "../lazy";
import { Button } from "../ui/Button";
import { useLocale } from "../ui/locale";
import { PersonRow } from "../ui/PersonRow";
import { Sheet } from "../ui/Sheet";
import { Switch } from "../ui/Switch";
import styles from "./PeopleSheet.module.css";
import { TileMenu } from "./TileMenu";

type PeopleSheetProps = {
  call: CurrentCall;
  close: () => void;
};

export function PeopleSheet({ call, close }: PeopleSheetProps) {
  const { t } = useLocale();
  const { tiles } = call;
  const hands = tiles.filter(({ handAt }) => handAt !== null);
  hands.sort((one, other) => (one.handAt ?? 0) - (other.handAt ?? 0));
  const inside = new Set(tiles.map(({ person }) => person.id));
  const outside = call.rings.filter(({ person }) => !inside.has(person.id));
  return (
    <Sheet title={t.floor.peopleTitle} close={close}>
      <div className={styles.body}>
        {hands.length > 0 && (
          <Group title={t.floor.hands}>
            {hands.map((tile) => (
              <InCall key={tile.participant} tile={tile} />
            ))}
          </Group>
        )}
        <Group title={t.floor.inCall}>
          {tiles.map((tile) => (
            <InCall key={tile.participant} tile={tile} />
          ))}
        </Group>
        {outside.length > 0 && (
          <Group title={t.floor.notIn}>
            {outside.map(({ person, state }) => (
              <li key={person.id}>
                <PersonRow person={person} detail={t.floor.ring[state]} />
              </li>
            ))}
          </Group>
        )}
        <Guests call={call} />
        <Moderation call={call} />
      </div>
    </Sheet>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className={styles.heading}>{title}</h3>
      <ul className={styles.people} aria-label={title}>
        {children}
      </ul>
    </section>
  );
}

function InCall({ tile }: { tile: Tile }) {
  const { t } = useLocale();
  const { person, role, microphone, camera, handAt, self } = tile;
  return (
    <li>
      <PersonRow
        person={person}
        {...(self && { note: `(${t.people.you})` })}
        detail={roleWords(role, person, t.floor) ?? ""}
      >
        {handAt !== null && <Hand size={18} role="img" aria-label={t.floor.handRaised} />}
        {!microphone && <MicOff size={18} role="img" aria-label={t.call.muted} />}
        {!camera && <VideoOff size={18} role="img" aria-label={t.floor.noCamera} />}
        <TileMenu tile={tile} look="plain" />
      </PersonRow>
    </li>
  );
}

function Guests({ call: { hosting } }: { call: CurrentCall }) {
  const { t } = useLocale();
  const [open, setOpen] = useState(false);
  if (hosting === null) return null;
  return (
    <>
      <Button onPress={() => setOpen(true)}>
        <Link2 size={18} /> {t.guest.links}
      </Button>
      {open && <GuestLinksSheet hosting={hosting} close={() => setOpen(false)} />}
    </>
  );
}

/** What only those see who moderate. */
function Moderation({ call }: { call: CurrentCall }) {
  const { t } = useLocale();
  const { rules, setRules, muteAll, role } = call.floor;
  if (role === "member") return null;
  const set = (change: Partial<CallRules>) => setRules?.({ ...rules, ...change });
  const change = (key: keyof CallRules) => setRules && ((on: boolean) => set({ [key]: on }));
  return (
    <section className={styles.moderation} aria-label={t.floor.moderation}>
      <h3 className={styles.heading}>{t.floor.moderation}</h3>
      <Button onPress={muteAll}>
        <MicOff size={18} /> {t.floor.muteAll}
      </Button>
      <Switch
        label={t.floor.lock}
        hint={t.floor.lockHint}
        on={rules.locked}
        onChange={change("locked")}
      />
      <Switch label={t.floor.maySpeak} on={rules.microphone} onChange={change("microphone")} />
      <Switch label={t.floor.mayShow} on={rules.camera} onChange={change("camera")} />
      <Switch label={t.floor.mayShare} on={rules.screen} onChange={change("screen")} />
    </section>
  );
}

function roleWords(
  role: Tile["role"],
  person: PersonView,
  words: { owner: string; moderator: string; guest: string },
): string | undefined {
  if (person.role === "guest") return words.guest;
  return role === "member" ? undefined : words[role];
}
