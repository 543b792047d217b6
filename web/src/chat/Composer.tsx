/** Where one writes: grows with the text, Enter sends, Shift+Enter makes a new line. */

import { Check, Mic, Paperclip, SendHorizontal, Smile, Type, X } from "lucide-react";
import {
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";

import type { Catalogue } from "../core/i18n";
import {
  type Entry,
  type EntryActions,
  MAX_TEXT_BYTES,
  type PersonView,
  type PickedFile,
  type Problem,
  type QuoteView,
} from "../core/model";
import { StagedFiles } from "../files/StagedFiles";
import { pickedFile, type Staging } from "../files/staging";
import { useHold } from "../files/useHold";
import { VoiceRecorder } from "../lazy";
import { IconButton } from "../ui/Button";
import { useLocale } from "../ui/locale";
import styles from "./Composer.module.css";
import { EmojiPopover } from "./EmojiPopover";
import { FormatBar, markOfKey } from "./FormatBar";
import { insertText } from "./insertText";
import { MentionList, optionId } from "./MentionList";
import { type MarkKind, mark } from "./marking";
import { QuoteBlock } from "./QuoteBlock";
import { useMentions } from "./useMentions";

/** What is being written. */
export type Composing =
  | { kind: "new" }
  | { kind: "reply"; quoted: QuoteView["quoted"] }
  | { kind: "edit"; entry: Entry; edit: NonNullable<EntryActions["edit"]> };

type ComposerProps = {
  /** Names the field: to whom one writes. */
  title: string;
  /** What was being written when the conversation was left. */
  draft: string;
  setDraft: (text: string) => void;
  send: (text: string, files?: readonly PickedFile[]) => void;
  /** The files that go with it; absent where none can be sent. */
  staging?: Staging;
  /** Puts the cursor into the field when it appears; not on phones, where a keyboard would come up. */
  focus: boolean;
  /** Who can be mentioned. */
  people?: readonly PersonView[];
  composing?: Composing;
  /** Back to a new message. */
  stop?: (() => void) | undefined;
  /** Edits the last message of one's own, when there is one. */
  editLast?: (() => void) | undefined;
};

export function Composer({
  title,
  draft,
  setDraft,
  send,
  staging,
  focus,
  people = [],
  composing = { kind: "new" },
  stop,
  editLast,
}: ComposerProps) {
  const { t } = useLocale();
  const field = useRef<HTMLTextAreaElement>(null);
  const smile = useRef<HTMLSpanElement>(null);
  const { text, write, selection, onSelect } = useText(field, draft, setDraft, composing);
  const [formats, setFormats] = useState(false);
  const [emoji, setEmoji] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [saving, setSaving] = useState(false);
  const tooLong = new TextEncoder().encode(text.trim()).length > MAX_TEXT_BYTES;
  const editing = composing.kind === "edit";
  const files = editing ? NO_FILES : (staging?.files ?? NO_FILES);
  // A message that carries files may be edited to say nothing.
  const mayBeBare = editing
    ? composing.entry.content.kind === "text" && composing.entry.content.attachments !== undefined
    : files.length > 0;
  const blank = text.trim() === "";
  const empty = blank && !mayBeBare;
  const [recording, setRecording] = useState<"open" | "held" | "released" | null>(null);
  const [slipped, setSlipped] = useState(false);
  const microphone = useRef<HTMLSpanElement>(null);
  const record = (how: "open" | "held"): void => {
    setSlipped(false);
    setRecording(how);
  };
  const hold = useHold(microphone, {
    begin: () => record("held"),
    end: (how) => setRecording(how === "cancel" ? null : how === "lock" ? "open" : "released"),
  });
  const canRecord = staging !== undefined && blank && files.length === 0 && !editing;
  const mentions = useMentions(text, selection.to, people, ({ from, to }, written) =>
    insertText(field.current, written, from, to),
  );

  useEffect(() => {
    if (focus) field.current?.focus();
  }, [focus]);

  const begun = composing.kind === "edit" ? composing.entry.key : composing.kind;
  useEffect(() => {
    setProblem(null);
    if (begun !== "new") field.current?.focus();
  }, [begun]);

  useHeight(field, text);

  const submit = async (): Promise<void> => {
    if (empty || tooLong || saving) return;
    if (composing.kind === "edit") {
      setSaving(true);
      const outcome = await composing.edit.save(text);
      setSaving(false);
      if (outcome.ok) stop?.();
      else setProblem(outcome.problem);
      return;
    }
    if (files.length > 0) send(text, files.map(pickedFile));
    else send(text);
    staging?.clear();
    write("");
    field.current?.focus();
  };

  const apply = (kind: MarkKind): void => {
    const done = mark({ text, ...selection }, kind);
    insertText(field.current, done.text, done.from, done.to);
    field.current?.setSelectionRange(done.select.from, done.select.to);
    field.current?.focus();
    onSelect();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    // While an input method composes, keys are its own.
    if (event.nativeEvent.isComposing || mentions.onKeyDown(event)) return;
    const kind = markOfKey(event);
    if (kind !== null) {
      event.preventDefault();
      apply(kind);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void submit();
    } else if (event.key === "Escape" && composing.kind !== "new") {
      event.preventDefault();
      stop?.();
    } else if (event.key === "ArrowUp" && text === "" && editLast !== undefined) {
      event.preventDefault();
      editLast();
    }
  };

  const listed = mentions.found.length > 0;
  return (
    <form
      className={styles.composer}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {tooLong && <Problems text={t.chat.tooLong} />}
      {problem !== null && <Problems text={t.problem[problem]} />}
      {staging !== undefined && staging.problem !== "" && <Problems text={staging.problem} />}
      {slipped && (
        <p className={styles.hint} role="status">
          {t.files.holdHint}
        </p>
      )}
      <div className={styles.card}>
        {listed && (
          <MentionList
            id={mentions.id}
            people={mentions.found}
            active={mentions.active}
            pick={mentions.pick}
          />
        )}
        {composing.kind !== "new" && <Above composing={composing} stop={stop} />}
        {staging !== undefined && !editing && <StagedFiles staging={staging} />}
        {formats && <FormatBar selected={{ text, ...selection }} apply={apply} />}
        <div className={styles.writing}>
          {recording !== null && (
            <VoiceRecorder
              mode={recording}
              slide={hold.slide}
              send={(voice) => send("", [voice])}
              open={() => setRecording("open")}
              close={(why) => {
                setRecording(null);
                setSlipped(why === "short");
                // On phones the keyboard would come up.
                if (recording === "open") requestAnimationFrame(() => field.current?.focus());
              }}
            />
          )}
          <div className={styles.row} hidden={recording === "open"} data-held={recording !== null}>
            <span ref={smile}>
              <IconButton label={t.chat.emoji} onPress={() => setEmoji(true)}>
                <Smile size={21} />
              </IconButton>
            </span>
            <textarea
              ref={field}
              className={styles.field}
              rows={1}
              dir="auto"
              aria-label={t.chat.composer(title)}
              aria-autocomplete="list"
              aria-controls={listed ? mentions.id : undefined}
              aria-activedescendant={listed ? optionId(mentions.id, mentions.active) : undefined}
              placeholder={t.chat.placeholder}
              value={text}
              enterKeyHint="send"
              onChange={(event) => {
                setSlipped(false);
                write(event.target.value);
              }}
              onSelect={onSelect}
              onKeyDown={onKeyDown}
              onPaste={(event) => {
                const pasted = event.clipboardData.files;
                if (staging === undefined || editing || pasted.length === 0) return;
                // Programs put a picture of a text beside the text; then the text is meant.
                if (event.clipboardData.types.includes("text/plain")) return;
                event.preventDefault();
                staging.add(pasted);
              }}
            />
            <span className={styles.formats}>
              <IconButton
                label={t.composer.format}
                pressed={formats}
                onPress={() => setFormats(!formats)}
              >
                <Type size={19} />
              </IconButton>
            </span>
            {staging !== undefined && !editing && <Attach add={staging.add} />}
            {canRecord ? (
              // biome-ignore lint/a11y/noStaticElementInteractions: the button in it does the same by a press.
              <span
                ref={microphone}
                className={styles.microphone}
                data-held={recording !== null}
                onPointerDownCapture={hold.onPointerDownCapture}
                onContextMenu={(event) => event.preventDefault()}
              >
                <IconButton
                  look={recording === null ? "soft" : "primary"}
                  label={t.files.record}
                  onPress={() => !hold.wasHeld() && record("open")}
                >
                  <Mic size={21} />
                </IconButton>
              </span>
            ) : (
              <IconButton
                type="submit"
                look="primary"
                label={editing ? t.composer.save : t.chat.send}
                disabled={empty || tooLong || saving}
              >
                {editing ? <Check size={21} /> : <SendHorizontal size={20} className="flips" />}
              </IconButton>
            )}
          </div>
        </div>
      </div>
      {emoji && (
        <EmojiPopover
          beside={smile}
          pick={(picked) => insertText(field.current, picked, selection.from, selection.to)}
          close={() => setEmoji(false)}
        />
      )}
    </form>
  );
}

/** The text in the field: the draft, or the message that is edited, which leaves the draft alone. */
function useText(
  field: RefObject<HTMLTextAreaElement | null>,
  draft: string,
  setDraft: (text: string) => void,
  composing: Composing,
) {
  const [own, setOwn] = useState(draft);
  const [edited, setEdited] = useState<string | null>(null);
  const [selection, setSelection] = useState({ from: draft.length, to: draft.length });
  const editing = composing.kind === "edit" ? composing.edit : null;
  useLayoutEffect(() => {
    setEdited(editing?.typed ?? null);
  }, [editing]);
  const text = editing === null ? own : (edited ?? editing.typed);
  const written = useRef(draft);
  useLayoutEffect(() => {
    // Another device of the person went on with it.
    if (draft !== written.current) setOwn(draft);
    written.current = draft;
  }, [draft]);

  const onSelect = (): void => {
    const area = field.current;
    if (area === null) return;
    setSelection({ from: area.selectionStart, to: area.selectionEnd });
  };
  const write = (next: string): void => {
    if (editing === null) {
      written.current = next;
      setOwn(next);
      setDraft(next);
    } else {
      setEdited(next);
      editing.keep(next);
    }
    onSelect();
  };
  return { text, write, selection, onSelect };
}

/** The field is as high as its text, up to a point. */
function useHeight(field: RefObject<HTMLTextAreaElement | null>, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text.
  useLayoutEffect(() => {
    const area = field.current;
    if (area === null) return;
    area.style.blockSize = "auto";
    area.style.blockSize = `${Math.min(area.scrollHeight, MAX_HEIGHT)}px`;
  }, [text]);
}

/** Picks files of this device. */
function Attach({ add }: { add: Staging["add"] }) {
  const { t } = useLocale();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          if (event.target.files !== null) add(event.target.files);
          // The same file may be picked again.
          event.target.value = "";
        }}
      />
      <IconButton label={t.files.attach} onPress={() => input.current?.click()}>
        <Paperclip size={20} />
      </IconButton>
    </>
  );
}

function Problems({ text }: { text: string }) {
  return (
    <p className={styles.problem} role="alert">
      {text}
    </p>
  );
}

type AboveProps = {
  composing: Exclude<Composing, { kind: "new" }>;
  stop: (() => void) | undefined;
};

/** What one answers or edits. */
function Above({ composing, stop }: AboveProps) {
  const { t } = useLocale();
  const editing = composing.kind === "edit";
  const said = editing
    ? { sender: composing.entry.sender, content: composing.entry.content }
    : composing.quoted;
  return (
    <div className={styles.above}>
      <div className={styles.about}>
        <p className={styles.doing}>{editing ? t.composer.editing : replyTitle(said, t)}</p>
        <QuoteBlock said={said} />
      </div>
      <IconButton
        size="small"
        label={editing ? t.composer.cancelEdit : t.composer.cancelReply}
        onPress={stop}
      >
        <X size={18} />
      </IconButton>
    </div>
  );
}

function replyTitle(said: QuoteView["quoted"], t: Catalogue): string {
  if (said === null) return t.message.reply;
  return said.sender.self ? t.composer.replyingToYou : t.composer.replyingTo(said.sender.name);
}

const NO_FILES: Staging["files"] = [];

/** Seven lines; a longer text scrolls in the field. */
const MAX_HEIGHT = 176;
