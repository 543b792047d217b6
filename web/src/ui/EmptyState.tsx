/** What a place says while it holds nothing. */

import type { ReactNode } from "react";

import styles from "./EmptyState.module.css";

type EmptyStateProps = {
  title: string;
  text: string;
  picture?: "tree" | "circle" | "search";
  children?: ReactNode;
};

export function EmptyState({ title, text, picture = "tree", children }: EmptyStateProps) {
  return (
    <div className={styles.empty}>
      <Picture kind={picture} />
      <h2 className={styles.title}>{title}</h2>
      <p className={styles.text}>{text}</p>
      {children}
    </div>
  );
}

/** A tree with people in its shade, a circle of stools, or a lens over leaves. */
function Picture({ kind }: { kind: "tree" | "circle" | "search" }) {
  return (
    <svg className={styles.picture} viewBox="0 0 200 140" aria-hidden="true">
      <ellipse className={styles.ground} cx="100" cy="122" rx="92" ry="12" />
      {kind === "tree" && (
        <>
          <path className={styles.trunk} d="M92 66c3 22 0 40-14 54h46c-12-12-16-30-12-54z" />
          <path
            className={styles.crown}
            d="M100 10c-38 0-66 16-66 36 0 15 16 25 38 29 8 2 48 3 62-1 20-5 32-15 32-28 0-20-28-36-66-36z"
          />
          <circle className={styles.fruit} cx="74" cy="44" r="6" />
          <circle className={styles.cream} cx="100" cy="44" r="6" />
          <circle className={styles.fruit} cx="126" cy="44" r="6" />
          <Sitter x={36} />
          <Sitter x={58} />
          <Sitter x={148} />
        </>
      )}
      {kind === "circle" && (
        <>
          <path
            className={styles.crown}
            d="M40 26h72a16 16 0 0 1 16 16v20a16 16 0 0 1-16 16H70l-16 16V78H40a16 16 0 0 1-16-16V42a16 16 0 0 1 16-16z"
          />
          <path
            className={styles.clay}
            d="M104 54h56a14 14 0 0 1 14 14v16a14 14 0 0 1-14 14h-6v14l-15-14h-35a14 14 0 0 1-14-14V68a14 14 0 0 1 14-14z"
          />
          <circle className={styles.cream} cx="112" cy="76" r="5" />
          <circle className={styles.cream} cx="132" cy="76" r="5" />
          <circle className={styles.cream} cx="152" cy="76" r="5" />
        </>
      )}
      {kind === "search" && (
        <>
          <path className={styles.crown} d="M60 110C50 70 74 36 120 28c6 44-12 76-60 82z" />
          <circle className={styles.lens} cx="112" cy="70" r="28" />
          <path className={styles.handle} d="M133 91l20 22" />
        </>
      )}
    </svg>
  );
}

function Sitter({ x }: { x: number }) {
  return (
    <g transform={`translate(${x} 90)`}>
      <circle className={styles.head} cx="8" cy="6" r="6" />
      <path className={styles.clay} d="M0 30c0-10 2-16 8-16s8 6 8 16z" />
    </g>
  );
}
