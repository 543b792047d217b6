/** The files in a bubble: pictures side by side, players, and files to be saved. */

import {
  FileArchive,
  FileAudio,
  FileText,
  ImageOff,
  File as PlainFile,
  Play,
  X,
} from "lucide-react";
import { useState } from "react";

import type { AttachmentView, Listening } from "../core/model";
import { fileSize } from "../ui/format";
import { useLocale } from "../ui/locale";
import styles from "./Attachments.module.css";
import { isMedium, shownSize } from "./media";
import { placeholderUrl } from "./placeholder";
import { VoicePlayer } from "./VoicePlayer";

type AttachmentsProps = {
  attachments: readonly AttachmentView[];
  /** Shows a picture or a video as large as the screen. */
  show: (key: string) => void;
  /** Gives them up while they are on their way. */
  cancel: (() => void) | undefined;
  /** Who has listened to the voice among them. */
  listening?: Listening | null;
  /** A voice among them has begun to play. */
  listen?: () => void;
};

export function Attachments({
  attachments,
  show,
  cancel,
  listening = null,
  listen,
}: AttachmentsProps) {
  const { t } = useLocale();
  const media = attachments.filter(isMedium);
  const others = attachments.filter((one) => !isMedium(one));
  const underWay = attachments.some(({ progress }) => progress !== null);
  const tiles = media.slice(0, MAX_TILES);
  const hidden = media.length - tiles.length;
  return (
    <div className={styles.files}>
      {tiles.length > 0 && (
        <div className={styles.media} data-count={tiles.length}>
          {tiles.map((one, index) => (
            <Tile
              key={one.key}
              attachment={one}
              alone={media.length === 1}
              more={index === tiles.length - 1 ? hidden : 0}
              show={() => show(one.key)}
            />
          ))}
        </div>
      )}
      {others.map((one) => (
        <Other key={one.key} attachment={one} listening={listening} listen={listen} />
      ))}
      {underWay && cancel !== undefined && (
        <button type="button" className={styles.cancel} onClick={cancel}>
          <X size={14} aria-hidden="true" /> {t.files.cancel}
        </button>
      )}
    </div>
  );
}

type TileProps = {
  attachment: AttachmentView;
  alone: boolean;
  /** How many more there are than tiles. */
  more: number;
  show: () => void;
};

function Tile({ attachment, alone, more, show }: TileProps) {
  const { t } = useLocale();
  const { name, progress } = attachment;
  const size = attachment.kind === "image" ? shownSize(attachment) : VIDEO_SIZE;
  return (
    <button
      type="button"
      className={styles.tile}
      aria-label={more > 0 ? `${t.files.show(name)}, +${more}` : t.files.show(name)}
      // Its place is there before the picture is.
      style={alone ? { inlineSize: size.width, aspectRatio: `${size.width} / ${size.height}` } : {}}
      onClick={show}
    >
      {attachment.kind === "image" ? <Still picture={attachment} /> : <Film url={attachment.url} />}
      {more > 0 && <span className={styles.more}>+{more}</span>}
      {progress !== null && <Sending name={name} progress={progress} over />}
    </button>
  );
}

function Still({ picture }: { picture: Extract<AttachmentView, { kind: "image" }> }) {
  const [failed, setFailed] = useState(false);
  const calm = window.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? false;
  const { thumbnail, url, animated, placeholder, width, height } = picture;
  const drawn = placeholderUrl(placeholder);
  return (
    <>
      <img
        className={styles.still}
        src={animated && !calm ? url : thumbnail}
        alt=""
        width={width}
        height={height}
        decoding="async"
        draggable={false}
        {...(drawn !== undefined && { style: { backgroundImage: `url(${drawn})` } })}
        onError={() => setFailed(true)}
      />
      {failed && (
        <span className={styles.failed}>
          <ImageOff size={26} aria-hidden="true" />
        </span>
      )}
    </>
  );
}

function Film({ url }: { url: string }) {
  return (
    <>
      <video className={styles.still} src={`${url}#t=0.1`} preload="metadata" muted playsInline />
      <span className={styles.play}>
        <Play size={26} className="flips" aria-hidden="true" />
      </span>
    </>
  );
}

type OtherProps = {
  attachment: AttachmentView;
  listening: Listening | null;
  listen: (() => void) | undefined;
};

function Other({ attachment, listening, listen }: OtherProps) {
  const { t, language } = useLocale();
  const { name, bytes, url, progress } = attachment;
  if (attachment.kind === "voice") {
    return <VoicePlayer voice={attachment} listening={listening} listen={listen} />;
  }
  const words = (
    <>
      <span className={styles.icon}>
        <FileIcon attachment={attachment} />
      </span>
      <span className={styles.words}>
        <span className={styles.name} dir="auto">
          {name}
        </span>
        <span className={styles.size}>{fileSize(bytes, language)}</span>
      </span>
    </>
  );
  if (progress !== null) {
    return (
      <div className={styles.file}>
        {words}
        <Sending name={name} progress={progress} />
      </div>
    );
  }
  return (
    <>
      <a className={styles.file} href={url} download={name} title={t.files.download(name)}>
        {words}
      </a>
      {attachment.kind === "audio" && (
        // biome-ignore lint/a11y/useMediaCaption: nobody has written down what is heard.
        <audio className={styles.audio} controls preload="none" src={url} aria-label={name} />
      )}
    </>
  );
}

/** How far a file has got on its way. */
function Sending({
  name,
  progress,
  over = false,
}: {
  name: string;
  progress: number;
  over?: boolean;
}) {
  const { t } = useLocale();
  return (
    <span
      className={styles.sending}
      data-over={over}
      role="progressbar"
      aria-label={t.files.uploading(name)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(progress * 100)}
    >
      <span className={styles.sent} style={{ inlineSize: `${progress * 100}%` }} />
    </span>
  );
}

/** The sign of a kind of file. */
export function FileIcon({ attachment }: { attachment: AttachmentView }) {
  const { kind, mediaType } = attachment;
  if (kind === "audio" || kind === "voice") return <FileAudio size={22} aria-hidden="true" />;
  if (/zip|compressed|x-tar|gzip|rar|7z/.test(mediaType)) {
    return <FileArchive size={22} aria-hidden="true" />;
  }
  if (/pdf|text|word|document|sheet|presentation/.test(mediaType)) {
    return <FileText size={22} aria-hidden="true" />;
  }
  return <PlainFile size={22} aria-hidden="true" />;
}

/** Pictures in one bubble; the rest is behind the last. */
const MAX_TILES = 4;

/** The place of a video whose size is not known before it is there. */
const VIDEO_SIZE = { width: 320, height: 180 };
