/** What lies above the page for a while. */

import { Ellipsis, Forward, Pencil, Pin, Reply, Trash2 } from "lucide-react";
import { useState } from "react";

import { Button, IconButton } from "../../ui/Button";
import { ContextMenu, Menu, type MenuEntry } from "../../ui/Menu";
import { Popover } from "../../ui/Popover";
import { Confirm, Sheet } from "../../ui/Sheet";
import { Switch } from "../../ui/Switch";
import { Tooltip } from "../../ui/Tooltip";
import { LONG, nothing, Specimen, Specimens } from "../Specimens";

const ENTRIES: readonly MenuEntry[] = [
  { id: "reply", label: "Reply", icon: Reply, shortcut: ["R"], action: nothing },
  {
    id: "forward",
    label: "Forward",
    hint: "To another conversation",
    icon: Forward,
    action: nothing,
  },
  { id: "edit", label: "Edit", icon: Pencil, action: undefined },
  { id: "pin", label: "Pin in the conversation", icon: Pin, action: nothing },
  "line",
  { id: "delete", label: "Delete for everybody", icon: Trash2, danger: true, action: nothing },
];

const CHOICES: readonly MenuEntry[] = [
  { id: "one", label: "Built-in microphone", chosen: true, action: nothing },
  { id: "two", label: "USB headset", hint: LONG, chosen: false, action: nothing },
];

export const parts = {
  tooltip: () => (
    <Specimens>
      <Specimen name="on hover and focus">
        <Tooltip text="Mute the microphone" shortcut="M">
          <Button onPress={nothing}>Microphone</Button>
        </Tooltip>
      </Specimen>
    </Specimens>
  ),
  menu: () => (
    <Specimens>
      <Specimen name="closed">
        <Menu entries={ENTRIES} trigger={<More />} />
      </Specimen>
      <Specimen name="by a right click, a long press or the menu key">
        <ContextMenu label="Message" entries={ENTRIES}>
          <Button onPress={nothing}>What is this about?</Button>
        </ContextMenu>
      </Specimen>
    </Specimens>
  ),
  "menu-open": () => <Menu entries={ENTRIES} placement="bottom start" trigger={<More />} />,
  "menu-choosing": () => <Menu entries={CHOICES} placement="bottom start" trigger={<More />} />,
  "popover-open": () => (
    <Popover label="Sound" placement="bottom start" trigger={<More />}>
      {(close) => (
        <>
          <Switch label="Ring aloud" hint="In this conversation" on onChange={nothing} />
          <Button wide onPress={close}>
            Done
          </Button>
        </>
      )}
    </Popover>
  ),
  sheet: () => (
    <Again>
      {(close) => (
        <Sheet title="Members" close={close}>
          <p style={{ padding: "0 24px 24px" }}>{LONG}</p>
        </Sheet>
      )}
    </Again>
  ),
  "sheet-large": () => (
    <Again>
      {(close) => (
        <Sheet title={LONG} size="large" close={close}>
          <p style={{ padding: "0 24px 24px" }}>{LONG}</p>
        </Sheet>
      )}
    </Again>
  ),
  confirm: () => (
    <Again>
      {(close) => (
        <Confirm
          title="Leave the group?"
          text="You will not see what is said there any more."
          confirmLabel="Leave"
          confirm={nothing}
          close={close}
        />
      )}
    </Again>
  ),
  "confirm-danger": () => (
    <Again>
      {(close) => (
        <Confirm
          title="End the call for all?"
          text="Four people are in it. Nobody can take this back."
          confirmLabel="End for all"
          danger
          confirm={nothing}
          close={close}
        />
      )}
    </Again>
  ),
};

function More() {
  return (
    <IconButton label="More" disabled={false}>
      <Ellipsis size={20} />
    </IconButton>
  );
}

function Again({ children }: { children: (close: () => void) => React.ReactNode }) {
  const [open, setOpen] = useState(true);
  return (
    <>
      <Button onPress={() => setOpen(true)}>Open</Button>
      {open && children(() => setOpen(false))}
    </>
  );
}
