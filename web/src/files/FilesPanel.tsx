/** What was sent in a conversation: pictures side by side, sounds and documents in lists. */

import { Download, MessageCircle } from "lucide-react";
import { useState } from "react";

import { useFound } from "../chat/FoundList";
import { useJump } from "../chat/jump";
import type { AttachmentView, Entry, FoundMessage, OpenConversation } from "../core/model";
import type { FileGroup } from "../core/protocol";
import { MediaViewer } from "../lazy";
import { Button, IconButton } from "../ui/Button";
import { useNow } from "../ui/clock";
import { EmptyState } from "../ui/EmptyState";
import { fileSize, shortMoment } from "../ui/format";
import { useLocale } from "../ui/locale";
import { Segmented } from "../ui/Segmented";
import { Skeleton } from "../ui/Skeleton";
import { FileIcon } from "./Attachments";
import styles from "./FilesPanel.module.css";
import { isMedium, mediaOf } from "./media";
import { placeholderUrl } from "./placeholder";
import { VoicePlayer } from "./VoicePlayer";

type FilesPanelProps = {
  open: Pick<OpenConversation, "id" | "readFiles" | "actions">;
  close: () => void;
};

export function FilesPanel({ open, close }: FilesPanelProps) {
  const { t } = useLocale();
  const [group, setGroup] = useState<FileGroup>("media");
  const { readFiles } = open;
  const read = readFiles && (() => readFiles(group));
  const { state, readMore } = useFound(read, `${open.id} ${group}`);
  const files = state.found.flatMap((one) => filesOf(one, group));
  return (
    <div className={styles.panel}>
      <Segmented<FileGroup>
        label={t.files.kinds}
        segments={[
          { value: "media", label: t.files.media },
          { value: "audio", label: t.files.sounds },
          { value: "documents", label: t.files.documents },
        ]}
        value={group}
        onChange={setGroup}
      />
      {group === "media" ? (
        <Media entries={state.found.map(({ entry }) => entry)} />
      ) : (
        <ul className={styles.list} aria-label={t.files.tab}>
          {files.map((file) => (
            <Row key={file.attachment.key} {...file} actions={open.actions} close={close} />
          ))}
        </ul>
      )}
      {state.loading && <Skeleton label={t.message.loading} />}
      {(state.problem !== null || readFiles === undefined) && (
        <p className={styles.problem} role="alert">
          {t.problem[state.problem ?? "unreachable"]}
        </p>
      )}
      {!state.loading && state.problem === null && readFiles && files.length === 0 && (
        <EmptyState title={t.files.none} text={t.files.noneText} />
      )}
      {readMore && !state.loading && <Button onPress={readMore}>{t.chat.loadOlder}</Button>}
    </div>
  );
}

function Media({ entries }: { entries: readonly Entry[] }) {
  const { t } = useLocale();
  const [shown, setShown] = useState<string | null>(null);
  const media = mediaOf(entries);
  return (
    <>
      <ul className={styles.grid} aria-label={t.files.media}>
        {media.map(({ attachment }) => (
          <li key={attachment.key}>
            <button
              type="button"
              className={styles.tile}
              aria-label={t.files.show(attachment.name)}
              onClick={() => setShown(attachment.key)}
            >
              <Small attachment={attachment} />
            </button>
          </li>
        ))}
      </ul>
      {shown !== null && <MediaViewer media={media} shown={shown} close={() => setShown(null)} />}
    </>
  );
}

function Small({ attachment }: { attachment: AttachmentView }) {
  if (attachment.kind !== "image") {
    return (
      <video className={styles.small} src={`${attachment.url}#t=0.1`} preload="metadata" muted />
    );
  }
  const drawn = placeholderUrl(attachment.placeholder);
  return (
    <img
      className={styles.small}
      src={attachment.thumbnail}
      alt=""
      loading="lazy"
      {...(drawn !== undefined && { style: { backgroundImage: `url(${drawn})` } })}
    />
  );
}

type Listed = { attachment: AttachmentView; found: FoundMessage };

type RowProps = Listed & { actions: OpenConversation["actions"]; close: () => void };

function Row({ attachment, found, actions, close }: RowProps) {
  const { t, language } = useLocale();
  const now = useNow(60_000);
  const jump = useJump();
  const { name, bytes, url } = attachment;
  const when = shortMoment(found.entry.at, now, language, t.chat);
  return (
    <li className={styles.row}>
      {attachment.kind === "voice" ? (
        <VoicePlayer
          voice={attachment}
          listening={found.entry.listening}
          listen={() => actions(found.entry).listen?.()}
        />
      ) : (
        <>
          <span className={styles.icon}>
            <FileIcon attachment={attachment} />
          </span>
          <span className={styles.words}>
            <span className={styles.name} dir="auto">
              {name}
            </span>
            <span className={styles.about}>
              {fileSize(bytes, language)} · {found.entry.sender.name} · {when}
            </span>
          </span>
          <a className={styles.save} href={url} download={name} aria-label={t.files.download(name)}>
            <Download size={18} aria-hidden="true" />
          </a>
        </>
      )}
      <IconButton
        size="small"
        label={t.files.toMessage(name)}
        onPress={() => {
          jump(found.conversation, found.entry.number ?? 0);
          close();
        }}
      >
        <MessageCircle size={18} />
      </IconButton>
    </li>
  );
}

/** The files of a message that stand in a list. */
function filesOf(found: FoundMessage, group: FileGroup): Listed[] {
  const { content } = found.entry;
  const attachments = content.kind === "text" ? (content.attachments ?? []) : [];
  return attachments
    .filter((one) => groupOf(one) === group)
    .map((attachment) => ({ attachment, found }));
}

function groupOf(attachment: AttachmentView): FileGroup {
  if (isMedium(attachment)) return "media";
  return attachment.kind === "file" ? "documents" : "audio";
}
