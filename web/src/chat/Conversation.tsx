/** The open conversation: who it is with, what was said, and where one writes. */

import { ArrowLeft, BellRing, Info, Phone, Search, Video } from "lucide-react";
import { useState } from "react";

import type { Entry, OpenConversation } from "../core/model";
import type { ConversationId } from "../core/protocol";
import { useStaging } from "../files/staging";
import { useDrop } from "../files/useDrop";
import { BeepSheet, InfoSheet, SearchSheet } from "../lazy";
import { presenceLine } from "../people/presence";
import { Avatar, GroupAvatar } from "../ui/Avatar";
import { Button, IconButton } from "../ui/Button";
import { useNow } from "../ui/clock";
import { useLocale } from "../ui/locale";
import { listNames } from "../ui/names";
import { usePhone } from "../ui/useMedia";
import { useShortcuts } from "../ui/useShortcuts";
import { useApp } from "../useApp";
import { useStore } from "../useStore";
import { Composer, type Composing } from "./Composer";
import styles from "./Conversation.module.css";
import { useJump, useJumpTarget } from "./jump";
import { PinBanner } from "./PinBanner";
import { rowTitle, typingLine } from "./say";
import { Timeline } from "./Timeline";

type ConversationProps = {
  open: OpenConversation;
  /** Back to the list; absent where the list is beside. */
  back?: (() => void) | undefined;
  /** Puts the cursor into the composer. */
  focus: boolean;
  /** Beside a call: no header, for the call has its own. */
  embedded?: boolean;
};

export function Conversation({ open, back, focus, embedded = false }: ConversationProps) {
  const [edited, setEdited] = useEdited(open.id);
  const target = useJumpTarget(open);
  const jump = useJump();
  const people = useStore(useApp().people);
  const { t } = useLocale();
  const staging = useStaging(open);
  const { over, drop } = useDrop(staging.add);

  const edit = (entry: Entry): void => {
    const { edit: found } = open.actions(entry);
    if (found === undefined) return;
    open.stopQuoting?.();
    setEdited({ kind: "edit", entry, edit: found });
  };
  const reply = (entry: Entry): void => {
    setEdited(null);
    open.actions(entry).quote?.();
  };
  const jumpTo = (number: number): void => jump(open.id, number);
  const last = open.entries.findLast(
    (entry) => entry.own && entry.id !== null && entry.content.kind === "text",
  );
  const canEditLast = last !== undefined && open.actions(last).edit !== undefined;
  const replying: Composing =
    open.quoting === null ? NEW : { kind: "reply", quoted: open.quoting.quoted };

  const stopEditing = (): void => {
    edited?.edit.keep(null);
    setEdited(null);
  };

  return (
    <section
      className={styles.conversation}
      aria-label={open.title}
      data-embedded={embedded}
      {...drop}
    >
      {!embedded && <Header open={open} back={back} />}
      {!embedded && <CallBand open={open} />}
      {open.pinned.length > 0 && <PinBanner open={open} jumpTo={jumpTo} />}
      <Timeline
        key={`timeline ${open.id}`}
        open={open}
        reply={reply}
        edit={edit}
        jumpTo={jumpTo}
        target={target}
        people={people}
      />
      {open.other?.role === "deleted" ? (
        <p className={styles.nobody}>{t.people.deletedHint}</p>
      ) : (
        <Composer
          key={`composer ${open.id}`}
          title={open.title}
          draft={open.draft}
          setDraft={open.setDraft}
          send={open.send}
          staging={staging}
          focus={focus}
          people={open.members}
          composing={edited ?? replying}
          stop={edited === null ? open.stopQuoting : stopEditing}
          editLast={canEditLast ? () => edit(last) : undefined}
        />
      )}
      {over && <div className={styles.dropping}>{t.files.drop}</div>}
    </section>
  );
}

type Edited = Extract<Composing, { kind: "edit" }> | null;

/** The message that is edited; another conversation begins without one. */
function useEdited(conversation: ConversationId): [Edited, (edited: Edited) => void] {
  const [state, setState] = useState<{ of: ConversationId; edited: Edited }>({
    of: conversation,
    edited: null,
  });
  return [
    state.of === conversation ? state.edited : null,
    (edited) => setState({ of: conversation, edited }),
  ];
}

function Header({ open, back }: { open: OpenConversation; back: (() => void) | undefined }) {
  const { t } = useLocale();
  const [info, setInfo] = useState(false);
  const [beeping, setBeeping] = useState(false);
  const [searching, setSearching] = useState(false);
  const canSearch = useStore(useApp().conversations).search !== undefined;
  useShortcuts({ find: canSearch ? () => setSearching(true) : undefined });
  // On a phone there is no room for it: the information has it too.
  const phone = usePhone();
  const { startCall, call, other } = open;
  const beep = open.beeping?.beep;
  return (
    <header className={styles.head}>
      {back && (
        <IconButton label={t.chat.back} onPress={back}>
          <ArrowLeft className={styles.arrow} size={22} />
        </IconButton>
      )}
      {open.other === null ? (
        <GroupAvatar id={open.id} size={44} />
      ) : (
        <Avatar person={open.other} size={44} presence />
      )}
      <div className={styles.words}>
        <h2 className={styles.title}>{rowTitle(open, t)}</h2>
        <Subtitle open={open} />
      </div>
      {!phone && other !== null && open.beeping?.received === true && (
        <IconButton label={t.beep.send(other.name)} onPress={beep && (() => setBeeping(true))}>
          <BellRing size={20} />
        </IconButton>
      )}
      {!phone && canSearch && (
        <IconButton label={t.search.here} onPress={() => setSearching(true)}>
          <Search size={20} />
        </IconButton>
      )}
      <IconButton label={t.info.show(rowTitle(open, t))} onPress={() => setInfo(true)}>
        <Info size={21} />
      </IconButton>
      {call === null && (
        <>
          <IconButton label={t.chat.audioCall} onPress={startCall && (() => startCall("audio"))}>
            <Phone size={20} />
          </IconButton>
          <IconButton label={t.chat.videoCall} onPress={startCall && (() => startCall("video"))}>
            <Video size={22} />
          </IconButton>
        </>
      )}
      {beeping && other !== null && beep !== undefined && (
        <BeepSheet other={other} beep={beep} close={() => setBeeping(false)} />
      )}
      {info && (
        <InfoSheet
          open={open}
          search={
            canSearch
              ? () => {
                  setInfo(false);
                  setSearching(true);
                }
              : undefined
          }
          close={() => setInfo(false)}
        />
      )}
      {searching && <SearchSheet open={open} close={() => setSearching(false)} />}
    </header>
  );
}

/** Who types, else who is there. */
function Subtitle({ open }: { open: OpenConversation }) {
  const { t, language } = useLocale();
  const now = useNow(MINUTE_MS);
  const typing = typingLine(open.typing, t);
  const online = open.members.filter((member) => member.availability !== "offline").length;
  const quiet =
    open.other !== null
      ? presenceLine(open.other, now, t, language)
      : `${t.people.members(open.members.length)} · ${t.people.online(online)}`;
  return (
    <p className={styles.subtitle} data-typing={typing !== ""}>
      {typing === "" ? quiet : typing}
    </p>
  );
}

/** A call under way that this tab is not in. */
function CallBand({ open }: { open: OpenConversation }) {
  const { t } = useLocale();
  const { call, startCall } = open;
  if (call === null || call.joined) return null;
  return (
    <div className={styles.band} role="status">
      {call.media === "video" ? <Video size={18} /> : <Phone size={18} />}
      <span className={styles.bandText}>
        <strong>{t.list.ongoing}</strong> {listNames(call.people, t)}
      </span>
      <Button
        look="primary"
        label={t.chat.joinCall}
        onPress={startCall && (() => startCall(call.media))}
      >
        {t.list.join}
      </Button>
    </div>
  );
}

const MINUTE_MS = 60_000;

const NEW: Composing = { kind: "new" };
