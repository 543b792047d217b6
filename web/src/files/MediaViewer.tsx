/** Pictures and videos as large as the screen, one after the other. */

import { ChevronLeft, ChevronRight, Download, X, ZoomIn, ZoomOut } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Dialog, Modal, ModalOverlay } from "react-aria-components";

import type { AttachmentView } from "../core/model";
import { IconButton } from "../ui/Button";
import { useNow } from "../ui/clock";
import { shortMoment } from "../ui/format";
import { useLocale } from "../ui/locale";
import styles from "./MediaViewer.module.css";
import type { Medium } from "./media";
import { placeholderUrl } from "./placeholder";
import { useZoom } from "./useZoom";

type MediaViewerProps = {
  media: readonly Medium[];
  /** The key of the one that is shown first. */
  shown: string;
  close: () => void;
};

export function MediaViewer({ media, shown, close }: MediaViewerProps) {
  const { t } = useLocale();
  const [key, setKey] = useState(shown);
  const index = media.findIndex(({ attachment }) => attachment.key === key);
  const medium = media[index];
  // It was deleted for everybody, or sent under another key.
  useEffect(() => {
    if (medium === undefined) close();
  }, [medium, close]);
  const go = (step: number): (() => void) | undefined => {
    const next = media[index + step];
    return next && (() => setKey(next.attachment.key));
  };
  const [previous, next] = [go(-1), go(1)];
  const onKeyDown = (event: KeyboardEvent): void => {
    const rtl = document.dir === "rtl";
    if (event.key === "ArrowLeft") (rtl ? next : previous)?.();
    else if (event.key === "ArrowRight") (rtl ? previous : next)?.();
  };
  return (
    <ModalOverlay
      className={styles.overlay ?? ""}
      isOpen
      onOpenChange={(open) => {
        if (!open) close();
      }}
    >
      <Modal className={styles.modal ?? ""}>
        <Dialog className={styles.dialog ?? ""} aria-label={t.files.viewer}>
          {medium !== undefined && (
            // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys, wherever the focus is.
            <div className={styles.stage} onKeyDown={onKeyDown}>
              <Shown
                key={key}
                medium={medium}
                place={t.files.position(String(index + 1), String(media.length))}
                previous={previous}
                next={next}
                close={close}
              />
            </div>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

type ShownProps = {
  medium: Medium;
  place: string;
  previous: (() => void) | undefined;
  next: (() => void) | undefined;
  close: () => void;
};

function Shown({ medium, place, previous, next, close }: ShownProps) {
  const { t, language } = useLocale();
  const now = useNow(60_000);
  const { attachment, sender, at } = medium;
  const box = useRef<HTMLDivElement>(null);
  const isPicture = attachment.kind === "image";
  const zoom = useZoom(box, { previous, next, close });
  return (
    <>
      <header className={styles.head}>
        <span className={styles.words}>
          <strong>{sender}</strong>
          <span className={styles.about}>
            {shortMoment(at, now, language, t.chat)} · {place}
          </span>
        </span>
        {isPicture && (
          <IconButton
            look="stage"
            label={zoom.zoomed ? t.files.zoomOut : t.files.zoomIn}
            onPress={zoom.toggle}
          >
            {zoom.zoomed ? <ZoomOut size={20} /> : <ZoomIn size={20} />}
          </IconButton>
        )}
        <a
          className={styles.save}
          href={attachment.url}
          download={attachment.name}
          aria-label={t.files.download(attachment.name)}
        >
          <Download size={20} aria-hidden="true" />
        </a>
        <IconButton look="stage" label={t.files.close} onPress={close}>
          <X size={22} />
        </IconButton>
      </header>
      <div ref={box} className={styles.box} data-zoomed={zoom.zoomed} {...zoom.handlers}>
        {isPicture ? (
          <Picture picture={attachment} style={zoom.style} />
        ) : (
          // biome-ignore lint/a11y/useMediaCaption: nobody has written down what is heard.
          <video className={styles.media} src={attachment.url} controls autoPlay playsInline />
        )}
      </div>
      {previous && (
        <span className={styles.previous}>
          <IconButton look="stage" label={t.files.previous} onPress={previous}>
            <ChevronLeft size={26} className="flips" />
          </IconButton>
        </span>
      )}
      {next && (
        <span className={styles.next}>
          <IconButton look="stage" label={t.files.next} onPress={next}>
            <ChevronRight size={26} className="flips" />
          </IconButton>
        </span>
      )}
    </>
  );
}

type PictureProps = {
  picture: Extract<AttachmentView, { kind: "image" }>;
  style: { transform: string };
};

/** The small form stands until the whole one is there. */
function Picture({ picture, style }: PictureProps) {
  const { name, url, thumbnail, width, height, placeholder } = picture;
  const [loaded, setLoaded] = useState(false);
  const drawn = placeholderUrl(placeholder);
  return (
    <div
      className={styles.frame}
      style={{
        ...style,
        aspectRatio: `${width} / ${height}`,
        inlineSize: `min(100%, ${width}px, calc((100dvh - 72px) * ${width / height}))`,
      }}
    >
      {!loaded && (
        <img
          className={styles.under}
          src={thumbnail}
          alt=""
          draggable={false}
          {...(drawn !== undefined && { style: { backgroundImage: `url(${drawn})` } })}
        />
      )}
      <img
        className={styles.media}
        src={url}
        alt={name}
        draggable={false}
        onLoad={() => setLoaded(true)}
      />
    </div>
  );
}
