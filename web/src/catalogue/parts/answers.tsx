/** What one presses and where one writes. */

import { Eye, Mic, MicOff, Phone, Plus } from "lucide-react";
import { useState } from "react";

import { Button, IconButton } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { SearchField } from "../../ui/SearchField";
import { LONG, nothing, Specimen, Specimens } from "../Specimens";

const LOOKS = ["primary", "soft", "plain", "warn", "danger"] as const;
const STATES = [undefined, "hovered", "focus-visible", "pressed"] as const;

export const parts = {
  button: () => (
    <Specimens>
      {LOOKS.map((look) =>
        STATES.map((force) => (
          <Specimen
            key={`${look} ${force}`}
            name={`${look}, ${force ?? "at rest"}`}
            {...(force && { force })}
          >
            <Button look={look} onPress={nothing}>
              Call back
            </Button>
          </Specimen>
        )),
      )}
      {LOOKS.map((look) => (
        <Specimen key={look} name={`${look}, disabled and busy`}>
          <Button look={look}>Send</Button>
          <Button look={look} busy onPress={nothing}>
            Sending
          </Button>
        </Specimen>
      ))}
      <Specimen name="with an icon">
        <Button look="primary" onPress={nothing}>
          <Phone size={18} /> Call
        </Button>
      </Specimen>
      <Specimen name="small">
        <Button size="small" onPress={nothing}>
          Join
        </Button>
      </Specimen>
      <Specimen name="long text" wide>
        <Button look="primary" wide onPress={nothing}>
          {LONG}
        </Button>
      </Specimen>
    </Specimens>
  ),
  "icon-button": () => (
    <Specimens>
      {(["plain", "soft", "primary", "danger"] as const).map((look) =>
        STATES.map((force) => (
          <Specimen
            key={`${look} ${force}`}
            name={`${look}, ${force ?? "at rest"}`}
            {...(force && { force })}
          >
            <IconButton look={look} label="Add somebody" onPress={nothing}>
              <Plus size={20} />
            </IconButton>
          </Specimen>
        )),
      )}
      <Specimen name="disabled, small, large">
        <IconButton label="Add somebody">
          <Plus size={20} />
        </IconButton>
        <IconButton label="Add somebody" size="small" onPress={nothing}>
          <Plus size={18} />
        </IconButton>
        <IconButton label="Add somebody" size="large" look="soft" onPress={nothing}>
          <Plus size={24} />
        </IconButton>
      </Specimen>
      <Specimen name="switched on">
        <IconButton label="Show the password" pressed onPress={nothing}>
          <Eye size={20} />
        </IconButton>
      </Specimen>
      <Specimen name="on the stage" stage>
        <IconButton label="Mute the microphone" look="stage" size="large" onPress={nothing}>
          <Mic size={22} />
        </IconButton>
        <IconButton label="Unmute the microphone" look="lit" size="large" onPress={nothing}>
          <MicOff size={22} />
        </IconButton>
        <IconButton label="Mute the microphone" look="stage" size="large">
          <Mic size={22} />
        </IconButton>
      </Specimen>
    </Specimens>
  ),
  field: () => (
    <Specimens>
      <Specimen name="empty">
        <Writable label="Name" />
      </Specimen>
      <Specimen name="filled, with a hint">
        <Writable label="Name of the group" hint="Everybody in it can see it." start="Demo" />
      </Specimen>
      <Specimen name="wrong">
        <Writable label="Name" start="ama" problem="Somebody else has this name. Add a number." />
      </Specimen>
      <Specimen name="disabled">
        <Writable label="Name" start="Ama Mensah" disabled />
      </Specimen>
      <Specimen name="to be read only">
        <Field label="Link" value="https://palabre.example/j/7GhK" onChange={undefined} />
      </Specimen>
      <Specimen name="with a control">
        <Writable
          label="Password"
          type="password"
          start="secret"
          trailing={
            <IconButton label="Show the password" size="small" onPress={nothing}>
              <Eye size={18} />
            </IconButton>
          }
        />
      </Specimen>
      <Specimen name="several lines">
        <Writable label="About you" lines={3} start={LONG} />
      </Specimen>
      <Specimen name="long text">
        <Writable label={LONG} start={LONG} hint={LONG} />
      </Specimen>
    </Specimens>
  ),
  "search-field": () => (
    <Specimens>
      <Specimen name="empty">
        <Searchable label="Search conversations" />
      </Specimen>
      <Specimen name="filled">
        <Searchable label="Search conversations" start="mango" />
      </Specimen>
      <Specimen name="answers on their way">
        <Searchable label="Search messages" start="mango" busy />
      </Specimen>
      <Specimen name="disabled">
        <Searchable label="Search messages" disabled />
      </Specimen>
    </Specimens>
  ),
};

function Writable({
  start = "",
  ...more
}: Omit<Parameters<typeof Field>[0], "value" | "onChange"> & { start?: string }) {
  const [value, setValue] = useState(start);
  return (
    <div className="catalogue-frame">
      <Field {...more} value={value} onChange={setValue} />
    </div>
  );
}

function Searchable({
  start = "",
  ...more
}: Omit<Parameters<typeof SearchField>[0], "value" | "onChange"> & { start?: string }) {
  const [value, setValue] = useState(start);
  return (
    <div className="catalogue-frame">
      <SearchField {...more} value={value} onChange={setValue} />
    </div>
  );
}
