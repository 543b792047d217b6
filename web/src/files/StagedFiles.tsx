/** The files that go with the next message, above the field. */

import { Film, Music, File as PlainFile, X } from "lucide-react";

import { fileSize } from "../ui/format";
import { useLocale } from "../ui/locale";
import styles from "./StagedFiles.module.css";
import type { StagedFile, Staging } from "./staging";

export function StagedFiles({ staging }: { staging: Staging }) {
  const { t, language } = useLocale();
  if (staging.files.length === 0) return null;
  return (
    <ul className={styles.staged} aria-label={t.files.staged}>
      {staging.files.map((file) => (
        <li key={file.key} className={styles.file}>
          {file.url === null ? (
            <span className={styles.sign}>
              <Sign file={file} />
              <span className={styles.name} dir="auto">
                {file.name}
              </span>
              <span className={styles.size}>{fileSize(file.blob.size, language)}</span>
            </span>
          ) : (
            <img className={styles.picture} src={file.url} alt={file.name} />
          )}
          <button
            type="button"
            className={styles.remove}
            aria-label={t.files.remove(file.name)}
            onClick={() => staging.remove(file.key)}
          >
            <X size={16} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Sign({ file }: { file: StagedFile }) {
  if (file.blob.type.startsWith("video/")) return <Film size={22} aria-hidden="true" />;
  if (file.blob.type.startsWith("audio/")) return <Music size={22} aria-hidden="true" />;
  return <PlainFile size={22} aria-hidden="true" />;
}
