/** The illustrations: one place under one tree, drawn flat from the same few pieces. */

import type { ReactNode } from "react";

import styles from "./Picture.module.css";

export type PictureKind = keyof typeof PICTURES;

/** Beside words that say the same, so that it says nothing to a screen reader. */
export function Picture({ kind }: { kind: PictureKind }) {
  return (
    <svg className={styles.picture} viewBox="0 0 200 140" aria-hidden="true">
      <ellipse className={styles.ground} cx="100" cy="122" rx="92" ry="13" />
      {PICTURES[kind]()}
    </svg>
  );
}

export const PICTURES = {
  /** People in the shade of the tree: a place for talking. */
  tree: () => (
    <>
      <Tree />
      <Sitter x={32} />
      <Sitter x={56} cloth="fruit" />
      <Sitter x={150} cloth="leaf" />
    </>
  ),
  /** Two who could speak: an empty conversation. */
  circle: () => (
    <>
      <path
        className={styles.tree}
        d="M40 22h74a17 17 0 0 1 17 17v22a17 17 0 0 1-17 17H72L54 95V78H40a17 17 0 0 1-17-17V39a17 17 0 0 1 17-17z"
      />
      <path
        className={styles.clay}
        d="M106 56h56a15 15 0 0 1 15 15v17a15 15 0 0 1-15 15h-4v15l-17-15h-35a15 15 0 0 1-15-15V71a15 15 0 0 1 15-15z"
      />
      <Dots x={134} y={80} />
    </>
  ),
  /** Nobody else yet: the stools are free. */
  alone: () => (
    <>
      <Tree />
      <Sitter x={36} />
      <Stool x={130} />
      <Stool x={156} />
    </>
  ),
  /** Looked for under a leaf and not found. */
  search: () => (
    <>
      <path className={styles.leaf} d="M48 112C36 66 66 28 118 22c4 48-16 84-70 90z" />
      <path className={styles.vein} d="M52 108 96 48" />
      <circle className={styles.lens} cx="118" cy="68" r="29" />
      <path className={styles.handle} d="M140 90l22 24" />
    </>
  ),
  /** The bridge is down; what was said waits on this side. */
  offline: () => (
    <>
      <circle className={styles.moon} cx="146" cy="30" r="13" />
      <path className={styles.leaf} d="M6 126c-2-30 10-40 28-40 16 0 26 12 30 40z" />
      <path className={styles.leaf} d="M194 126c2-30-10-40-28-40-16 0-26 12-30 40z" />
      <path className={styles.rope} d="M50 90c12 4 18 14 20 30M150 90c-12 4-18 14-20 30" />
      <path className={styles.rope} d="M54 82c14 4 22 16 25 34M146 82c-14 4-22 16-25 34" />
      <path
        className={styles.clay}
        d="M20 34h44a12 12 0 0 1 12 12v8a12 12 0 0 1-12 12H48L38 78V66H20A12 12 0 0 1 8 54v-8a12 12 0 0 1 12-12z"
      />
      <Dots x={42} y={50} />
    </>
  ),
  /** Nobody at home where the server should be. */
  unreachable: () => (
    <>
      <circle className={styles.moon} cx="160" cy="30" r="12" />
      <path className={styles.wall} d="M62 72h76v48H62z" />
      <path className={styles.trunk} d="M100 22 42 76h116z" />
      <path className={styles.rope} d="M100 22v54M100 22 70 76M100 22l30 54" />
      <path className={styles.dark} d="M88 120V98a12 12 0 0 1 24 0v22z" />
      <circle className={styles.dark} cx="125" cy="92" r="6" />
    </>
  ),
  /** A microphone that may not listen. */
  microphone: () => (
    <>
      <rect className={styles.tree} x="80" y="14" width="40" height="66" rx="20" />
      <path className={styles.grille} d="M90 34h20M90 46h20" />
      <path className={styles.stand} d="M66 58c0 50 68 50 68 0M100 96v22M78 118h44" />
      <Refused />
    </>
  ),
  /** A camera that may not see. */
  camera: () => (
    <>
      <rect className={styles.tree} x="44" y="38" width="84" height="62" rx="16" />
      <path className={styles.leaf} d="M134 62l28-16v46l-28-16z" />
      <circle className={styles.cream} cx="84" cy="69" r="19" />
      <circle className={styles.dark} cx="84" cy="69" r="10" />
      <Refused />
    </>
  ),
  /** A basket that holds no more. */
  full: () => (
    <>
      <circle className={styles.fruit} cx="74" cy="56" r="15" />
      <circle className={styles.leaf} cx="100" cy="44" r="17" />
      <circle className={styles.fruit} cx="126" cy="55" r="15" />
      <circle className={styles.skin} cx="100" cy="63" r="13" />
      <path className={styles.clay} d="M48 66h104l-14 48a8 8 0 0 1-8 6H70a8 8 0 0 1-8-6z" />
      <path className={styles.weave} d="M54 84h92M59 102h82M78 66l6 54M100 66v54M122 66l-6 54" />
      <circle className={styles.fruit} cx="168" cy="112" r="9" />
    </>
  ),
  /** Something new has grown. */
  sprout: () => (
    <>
      <circle className={styles.fruit} cx="150" cy="38" r="16" />
      <path
        className={styles.rays}
        d="M150 10v6M150 60v6M122 38h6M172 38h6M130 18l4 4M166 54l4 4M170 18l-4 4M134 54l-4 4"
      />
      <path className={styles.stem} d="M100 120c0-24 2-40-4-62" />
      <path className={styles.tree} d="M97 70C66 74 48 58 46 34c28-2 48 10 51 36z" />
      <path className={styles.leaf} d="M99 90c4-22 20-32 44-30 0 22-18 34-44 30z" />
    </>
  ),
  /** All quiet: a bird asleep on its branch. */
  calm: () => (
    <>
      <path className={styles.moon} d="M152 18a18 18 0 1 0 14 30 22 22 0 0 1-14-30z" />
      <path className={styles.stem} d="M22 96c50 8 104 8 156-6" />
      <path
        className={styles.leaf}
        d="M150 88c6-14 18-18 30-14-2 12-14 18-30 14zM40 98c-10-6-20-4-26 4 8 6 20 6 26-4z"
      />
      <path className={styles.clay} d="M72 92c-6-26 8-46 32-46 22 0 34 18 30 46z" />
      <path className={styles.fruit} d="M86 92c-2-18 6-30 20-30s22 12 20 30z" />
      <path className={styles.dark} d="M72 92 50 108l34-8z" />
      <path className={styles.eye} d="M96 58q4 4 8 0M114 58q4 4 8 0" />
      <path className={styles.dark} d="M105 63h8l-4 6z" />
    </>
  ),
  /** A bench before the door: one waits to be let in. */
  waiting: () => (
    <>
      <path className={styles.tree} d="M116 120V48a26 26 0 0 1 52 0v72z" />
      <circle className={styles.fruit} cx="156" cy="86" r="4" />
      <path className={styles.trunk} d="M22 100h78v7H22zM30 107h7v14h-7zM85 107h7v14h-7z" />
      <Sitter x={36} y={70} />
      <Sitter x={62} y={70} cloth="fruit" />
    </>
  ),
  /** Shut. */
  locked: () => (
    <>
      <path className={styles.shackle} d="M76 66V48a24 24 0 0 1 48 0v18" />
      <rect className={styles.fruit} x="58" y="62" width="84" height="60" rx="16" />
      <path className={styles.dark} d="M100 80a8 8 0 0 1 4 15l3 13H93l3-13a8 8 0 0 1 4-15z" />
    </>
  ),
  /** People go home: a call that is over. */
  farewell: () => (
    <>
      <Tree />
      <Sitter x={14} />
      <Sitter x={172} cloth="leaf" />
      <path className={styles.path} d="M44 124c12-3 18-6 26-6M156 124c-12-3-18-6-26-6" />
    </>
  ),
} satisfies Record<string, () => ReactNode>;

function Tree() {
  return (
    <>
      <path className={styles.trunk} d="M92 66c3 22 0 40-14 54h46c-12-12-16-30-12-54z" />
      <path
        className={styles.tree}
        d="M100 10c-38 0-66 16-66 36 0 15 16 25 38 29 8 2 48 3 62-1 20-5 32-15 32-28 0-20-28-36-66-36z"
      />
      <circle className={styles.fruit} cx="74" cy="44" r="6" />
      <circle className={styles.cream} cx="100" cy="44" r="6" />
      <circle className={styles.fruit} cx="126" cy="44" r="6" />
    </>
  );
}

type SitterProps = { x: number; y?: number; cloth?: "clay" | "fruit" | "leaf" };

function Sitter({ x, y = 90, cloth = "clay" }: SitterProps) {
  return (
    <g transform={`translate(${x} ${y})`}>
      <circle className={styles.skin} cx="8" cy="6" r="6" />
      <path className={styles[cloth]} d="M0 30c0-10 2-16 8-16s8 6 8 16z" />
    </g>
  );
}

function Stool({ x }: { x: number }) {
  return (
    <path
      className={styles.trunk}
      d="M0 0h20v5H0zM3 5h4L4 19H0zM13 5h4l3 14h-4z"
      transform={`translate(${x} 102)`}
    />
  );
}

/** What somebody is about to say. */
function Dots({ x, y }: { x: number; y: number }) {
  return (
    <g className={styles.said}>
      <circle cx={x - 16} cy={y} r="4.5" />
      <circle cx={x} cy={y} r="4.5" />
      <circle cx={x + 16} cy={y} r="4.5" />
    </g>
  );
}

function Refused() {
  return (
    <>
      <circle className={styles.clay} cx="144" cy="98" r="22" />
      <path className={styles.cross} d="M136 90l16 16M152 90l-16 16" />
    </>
  );
}
