/** The page of whoever is not in yet: a card under the mark, and the language below it. */

import type { ReactNode } from "react";

import { LanguageSwitch } from "../ui/LanguageSwitch";
import { Mark } from "../ui/Mark";
import styles from "./Doorway.module.css";

type DoorwayProps = {
  title: string;
  text: string;
  children: ReactNode;
};

export function Doorway({ title, text, children }: DoorwayProps) {
  return (
    <main className={styles.page}>
      <section className={styles.card}>
        <header className={styles.head}>
          <Mark size={72} />
          <h1 className={styles.name}>{title}</h1>
          <p className={styles.tagline}>{text}</p>
        </header>
        {children}
      </section>
      <LanguageSwitch />
    </main>
  );
}
