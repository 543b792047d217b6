/** What one chooses with. */

import { Moon, Sun, SunMoon } from "lucide-react";
import { useState } from "react";

import { Badge } from "../../ui/Badge";
import { Checkbox } from "../../ui/Checkbox";
import { RadioGroup } from "../../ui/RadioGroup";
import { Segmented } from "../../ui/Segmented";
import { Select } from "../../ui/Select";
import { Slider } from "../../ui/Slider";
import { Switch } from "../../ui/Switch";
import { Tabs } from "../../ui/Tabs";
import { LONG, nothing, Specimen, Specimens } from "../Specimens";

const STATES = [undefined, "hovered", "focus-visible", "pressed"] as const;
const PEOPLE = [
  { value: "all", label: "Everybody", hint: "Whoever has the link" },
  { value: "members", label: "Members", hint: "People of this conversation" },
  { value: "nobody", label: "Nobody" },
] as const;
const THEMES = [
  { value: "system", label: "System", icon: <SunMoon size={17} aria-hidden="true" /> },
  { value: "light", label: "Light", icon: <Sun size={17} aria-hidden="true" /> },
  { value: "dark", label: "Dark", icon: <Moon size={17} aria-hidden="true" /> },
] as const;

export const parts = {
  switch: () => (
    <Specimens>
      {[true, false].map((on) =>
        STATES.map((force) => (
          <Specimen
            key={`${on} ${force}`}
            name={`${on ? "on" : "off"}, ${force ?? "at rest"}`}
            {...(force && { force })}
          >
            <Switch label="Ring aloud" on={on} onChange={nothing} />
          </Specimen>
        )),
      )}
      <Specimen name="disabled">
        <Switch label="Ring aloud" on onChange={undefined} />
        <Switch label="Shake" on={false} onChange={undefined} />
      </Specimen>
      <Specimen name="long text">
        <Switch label="Ring aloud" hint={LONG} on onChange={nothing} />
      </Specimen>
    </Specimens>
  ),
  checkbox: () => (
    <Specimens>
      {([true, false, "some"] as const).map((checked) =>
        STATES.map((force) => (
          <Specimen
            key={`${checked} ${force}`}
            name={`${checked === "some" ? "some" : checked ? "checked" : "not checked"}, ${force ?? "at rest"}`}
            {...(force && { force })}
          >
            <Checkbox label="Keep the history" checked={checked} onChange={nothing} />
          </Specimen>
        )),
      )}
      <Specimen name="disabled and wrong">
        <Checkbox label="Keep the history" checked onChange={undefined} />
        <Checkbox label="I have read the rules" checked={false} problem onChange={nothing} />
      </Specimen>
      <Specimen name="long text">
        <Checkbox label={LONG} hint={LONG} checked onChange={nothing} />
      </Specimen>
    </Specimens>
  ),
  "radio-group": () => (
    <Specimens>
      <Specimen name="at rest">
        <Choosing />
      </Specimen>
      <Specimen name="hovered" force="hovered">
        <Choosing />
      </Specimen>
      <Specimen name="focused" force="focus-visible">
        <Choosing />
      </Specimen>
      <Specimen name="disabled">
        <RadioGroup label="Who may join" choices={PEOPLE} value="all" onChange={undefined} />
      </Specimen>
      <Specimen name="two columns" wide>
        <Choosing columns={2} />
      </Specimen>
    </Specimens>
  ),
  segmented: () => (
    <Specimens>
      <Specimen name="at rest" wide>
        <Segments />
      </Specimen>
      <Specimen name="focused" force="focus-visible" wide>
        <Segments />
      </Specimen>
      <Specimen name="disabled" wide>
        <Segmented label="Theme" segments={THEMES} value="light" onChange={undefined} />
      </Specimen>
    </Specimens>
  ),
  select: () => (
    <Specimens>
      <Specimen name="nothing chosen">
        <Select
          label="Microphone"
          placeholder="Browser’s choice"
          options={PEOPLE}
          value={null}
          onChange={nothing}
        />
      </Specimen>
      <Specimen name="chosen">
        <Selecting />
      </Specimen>
      <Specimen name="hovered" force="hovered">
        <Selecting />
      </Specimen>
      <Specimen name="wrong">
        <Select
          label="Microphone"
          placeholder="Browser’s choice"
          options={PEOPLE}
          value="all"
          onChange={nothing}
          problem="It was unplugged. Choose another."
        />
      </Specimen>
      <Specimen name="disabled">
        <Select
          label="Microphone"
          placeholder="Browser’s choice"
          options={PEOPLE}
          value="all"
          onChange={undefined}
        />
      </Specimen>
      <Specimen name="long text">
        <Select
          label={LONG}
          placeholder={LONG}
          hint={LONG}
          options={PEOPLE}
          value={null}
          onChange={nothing}
        />
      </Specimen>
    </Specimens>
  ),
  "select-open": () => (
    <Specimens>
      <Specimen name="open">
        <Selecting />
      </Specimen>
    </Specimens>
  ),
  slider: () => (
    <Specimens>
      <Specimen name="at rest">
        <Sliding />
      </Specimen>
      <Specimen name="with a unit">
        <Sliding
          label="Data"
          max={512}
          step={32}
          start={64}
          format={{ style: "unit", unit: "kilobyte" }}
        />
      </Specimen>
      <Specimen name="disabled">
        <Slider label="Loudness" value={0.3} onChange={undefined} />
      </Specimen>
    </Specimens>
  ),
  tabs: () => (
    <Specimens>
      <Specimen name="at rest" wide>
        <Tabs
          label="About the conversation"
          tabs={[
            { id: "people", title: "People", panel: <p>Six people are in it.</p> },
            {
              id: "calls",
              title: "Calls",
              trailing: <Badge count={2} label="2 missed calls" />,
              panel: <p>Two calls were missed.</p>,
            },
            { id: "files", title: "Files", disabled: true, panel: <p>None yet.</p> },
          ]}
        />
      </Specimen>
    </Specimens>
  ),
};

function Choosing({ columns = 1 }: { columns?: 1 | 2 }) {
  const [value, setValue] = useState<(typeof PEOPLE)[number]["value"]>("members");
  return (
    <RadioGroup
      label="Who may join"
      choices={PEOPLE}
      value={value}
      onChange={setValue}
      columns={columns}
    />
  );
}

function Segments() {
  const [value, setValue] = useState<(typeof THEMES)[number]["value"]>("light");
  return <Segmented label="Theme" segments={THEMES} value={value} onChange={setValue} />;
}

function Selecting() {
  const [value, setValue] = useState<(typeof PEOPLE)[number]["value"]>("members");
  return (
    <Select
      label="Who may join"
      placeholder="Choose"
      options={PEOPLE}
      value={value}
      onChange={setValue}
    />
  );
}

function Sliding({
  label = "Loudness",
  start = 0.6,
  ...more
}: Partial<Parameters<typeof Slider>[0]> & { start?: number }) {
  const [value, setValue] = useState(start);
  return <Slider label={label} {...more} value={value} onChange={setValue} />;
}
