/** Leads to something to be kept: a link, so that the browser writes it to the disk as it comes. */

import { Download } from "lucide-react";
import type { ReactNode } from "react";

import styles from "./DownloadLink.module.css";

type DownloadLinkProps = {
  href: string;
  children: ReactNode;
};

export function DownloadLink({ href, children }: DownloadLinkProps) {
  return (
    <a className={styles.link} href={href} download>
      <Download size={18} aria-hidden="true" /> {children}
    </a>
  );
}
