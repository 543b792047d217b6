/** Colours, type, room, height, marks and pictures. */

import { Mark } from "../../ui/Mark";
import { PICTURES, Picture, type PictureKind } from "../../ui/Picture";
import tokens from "../../ui/tokens.css?raw";
import { Specimen, Specimens } from "../Specimens";

const names = [...tokens.matchAll(/^ {2}(--[\w-]+):/gm)].map(([, name = ""]) => name);
const COLOURS = names.filter(
  (name) =>
    !/^--(text|space|radius|shadow|weight|font|tight|quick|calm|ease|target|bar|pattern)/.test(
      name,
    ),
);

export const parts = {
  colours: () => (
    <Specimens>
      <Specimen name="tokens" wide>
        <div className="catalogue-swatches">
          {COLOURS.map((name) => (
            <div key={name} className="catalogue-swatch">
              <span style={{ background: `var(${name})` }} />
              {name}
            </div>
          ))}
        </div>
      </Specimen>
    </Specimens>
  ),
  type: () => (
    <Specimens>
      {names
        .filter((name) => name.startsWith("--text-"))
        .map((name) => (
          <Specimen key={name} name={name} wide>
            <p style={{ fontSize: `var(${name})` }}>
              Under the tree, everybody has the word. Sous l’arbre, chacun a la parole. Àɖaŋu 0123
            </p>
          </Specimen>
        ))}
      {names
        .filter((name) => name.startsWith("--weight-"))
        .map((name) => (
          <Specimen key={name} name={name}>
            <p style={{ fontWeight: `var(${name})`, fontSize: "var(--text-lg)" }}>Palabre</p>
          </Specimen>
        ))}
    </Specimens>
  ),
  room: () => (
    <Specimens>
      <Specimen name="elevation" wide>
        {["--shadow-1", "--shadow-2", "--shadow-3"].map((name) => (
          <span
            key={name}
            className="catalogue-shape"
            style={{ boxShadow: `var(${name})`, borderRadius: "var(--radius-md)" }}
          >
            {name}
          </span>
        ))}
      </Specimen>
      <Specimen name="corners" wide>
        {names
          .filter((name) => name.startsWith("--radius-"))
          .map((name) => (
            <span
              key={name}
              className="catalogue-shape"
              style={{ borderRadius: `var(${name})`, border: "1.5px solid var(--line-strong)" }}
            >
              {name.slice("--radius-".length)}
            </span>
          ))}
      </Specimen>
      <Specimen name="space" wide>
        {names
          .filter((name) => name.startsWith("--space-"))
          .map((name) => (
            <span
              key={name}
              style={{
                inlineSize: `var(${name})`,
                blockSize: `var(${name})`,
                background: "var(--leaf)",
              }}
            />
          ))}
      </Specimen>
    </Specimens>
  ),
  mark: () => (
    <Specimens>
      {[24, 34, 72, 120].map((size) => (
        <Specimen key={size} name={`${size} px`}>
          <Mark size={size} />
        </Specimen>
      ))}
    </Specimens>
  ),
  pictures: () => (
    <Specimens>
      {(Object.keys(PICTURES) as PictureKind[]).map((kind) => (
        <Specimen key={kind} name={kind}>
          <Picture kind={kind} />
        </Specimen>
      ))}
    </Specimens>
  ),
};
