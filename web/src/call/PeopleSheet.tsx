/** Everybody whom a call concerns: raised hands first, then who is in, then who is not. */

import { Hand, Link2, MicOff, PhoneCall, UserPlus, VideoOff } from "lucide-react";
import { type ReactNode, useState } from "react";

import type { CurrentCall, PersonView, RingView, Tile } from "../core/model";
import type { CallRules } from "../core/protocol";
import { GuestLinksSheet } from "../lazy";
import { Button, IconButton } from "../ui/Button";
import { useLocale } from "../ui/locale";
import { PersonRow } from "../ui/PersonRow";
import { SearchField } from "../ui/SearchField";
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
            {outside.map((ring) => (
              <NotIn key={ring.person.id} ring={ring} />
            ))}
          </Group>
        )}
        <AddPeople call={call} />
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

function NotIn({ ring: { person, state, busy, ringAgain } }: { ring: RingView }) {
  const { t } = useLocale();
  return (
    <li>
      <PersonRow
        person={person}
        detail={state === "ringing" && busy ? t.floor.busy : t.floor.ring[state]}
      >
        {ringAgain && (
          <IconButton label={t.floor.ringAgain(person.name)} onPress={ringAgain}>
            <PhoneCall size={19} />
          </IconButton>
        )}
      </PersonRow>
    </li>
  );
}

/** People from outside the group, found by their names. */
function AddPeople({ call }: { call: CurrentCall }) {
  const { t } = useLocale();
  const [words, setWords] = useState("");
  const { addable, add } = call.floor;
  if (add === undefined || addable.length === 0) return null;
  const wanted = words.trim().toLocaleLowerCase();
  const found = addable.filter(
    ({ name, username }) => name.toLocaleLowerCase().includes(wanted) || username.includes(wanted),
  );
  return (
    <Group title={t.floor.add}>
      {addable.length > MOST_SHOWN && (
        <li>
          <SearchField label={t.floor.find} value={words} onChange={setWords} />
        </li>
      )}
      {found.slice(0, MOST_SHOWN).map((person) => (
        <li key={person.id}>
          <PersonRow person={person}>
            <IconButton label={t.floor.addPerson(person.name)} onPress={() => add(person.id)}>
              <UserPlus size={19} />
            </IconButton>
          </PersonRow>
        </li>
      ))}
    </Group>
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

/** More are found by their names. */
const MOST_SHOWN = 6;

function roleWords(
  role: Tile["role"],
  person: PersonView,
  words: { owner: string; moderator: string; guest: string },
): string | undefined {
  if (person.role === "guest") return words.guest;
  return role === "member" ? undefined : words[role];
}
