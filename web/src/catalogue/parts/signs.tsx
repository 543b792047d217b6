/** What says how something stands. */

import { CloudOff, Sprout, TriangleAlert } from "lucide-react";

import { afi, ama, kofi, mariam, yao } from "../../fixture/people";
import { Avatar, GroupAvatar } from "../../ui/Avatar";
import { Badge } from "../../ui/Badge";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { Chip } from "../../ui/Chip";
import { EmptyState } from "../../ui/EmptyState";
import { Key, Keys } from "../../ui/Key";
import { useLocale } from "../../ui/locale";
import { Meter } from "../../ui/Meter";
import { Progress } from "../../ui/Progress";
import { Skeleton } from "../../ui/Skeleton";
import { Spinner } from "../../ui/Spinner";
import { Toast } from "../../ui/Toast";
import { LONG, nothing, Specimen, Specimens } from "../Specimens";

const PORTRAIT = "/portrait.svg";

export const parts = {
  badge: () => (
    <Specimens>
      {[1, 42, 99, 128].map((count) => (
        <Specimen key={count} name={String(count)}>
          <Badge count={count} label={`${count} unread messages`} />
        </Specimen>
      ))}
      <Specimen name="quiet">
        <Badge count={7} look="quiet" label="7 unread messages" />
      </Specimen>
      <Specimen name="mention">
        <Badge count={1} look="mention" label="You were mentioned" />
      </Specimen>
    </Specimens>
  ),
  chip: () => (
    <Specimens>
      <Specimen name="to be read">
        <Chip>Moderator</Chip>
      </Specimen>
      <Specimen name="to be taken away">
        <Chip
          leading={<Avatar person={kofi} size={28} />}
          remove={{ label: "Remove Kofi Adjei", action: nothing }}
        >
          Kofi Adjei
        </Chip>
      </Specimen>
      <Specimen name="filters">
        <Chip toggle={{ on: true, action: nothing }}>Unread</Chip>
        <Chip toggle={{ on: false, action: nothing }}>Groups</Chip>
        <Chip toggle={{ on: false, action: undefined }}>Calls</Chip>
      </Specimen>
      <Specimen name="long text">
        <Chip remove={{ label: `Remove ${LONG}`, action: nothing }}>{LONG}</Chip>
      </Specimen>
    </Specimens>
  ),
  avatar: () => (
    <Specimens>
      {[ama, afi, yao, mariam].map((person) => (
        <Specimen key={person.id} name={person.availability}>
          <Avatar person={person} presence />
          <Avatar person={person} size={64} presence />
        </Specimen>
      ))}
      <Specimen name="with a picture">
        <Avatar person={kofi} size={64} presence picture="/mark.svg" />
      </Specimen>
      <Specimen name="with a picture that does not load">
        <Avatar person={kofi} size={64} picture={PORTRAIT} />
      </Specimen>
      <Specimen name="group">
        <GroupAvatar id="group" />
        <GroupAvatar id="other" size={64} />
      </Specimen>
      <Specimen name="sizes">
        {[24, 32, 44, 64, 96].map((size) => (
          <Avatar key={size} person={kofi} size={size} />
        ))}
      </Specimen>
    </Specimens>
  ),
  progress: () => (
    <Specimens>
      {[0, 0.42, 1].map((value) => (
        <Specimen key={value} name={String(value)}>
          <Progress label="devis.pdf" value={value} />
        </Specimen>
      ))}
      <Specimen name="unknown">
        <Progress label="Reading older messages" value={null} />
      </Specimen>
      <Specimen name="failed">
        <Progress label="devis.pdf" value={0.6} failed />
      </Specimen>
      <Specimen name="without words">
        <Progress label="devis.pdf" value={0.3} bare />
      </Specimen>
    </Specimens>
  ),
  spinner: () => (
    <Specimens>
      {[18, 32, 64].map((size) => (
        <Specimen key={size} name={`${size} px`}>
          <Spinner size={size} label="Opening" />
        </Specimen>
      ))}
    </Specimens>
  ),
  skeleton: () => (
    <Specimens>
      <Specimen name="rows">
        <div className="catalogue-frame">
          <Skeleton label="Loading conversations" />
        </div>
      </Specimen>
      <Specimen name="bubbles">
        <div className="catalogue-frame">
          <Skeleton label="Loading messages" shape="bubbles" />
        </div>
      </Specimen>
    </Specimens>
  ),
  meter: () => (
    <Specimens>
      {[0, 0.3, 0.7, 1].map((level) => (
        <Specimen key={level} name={String(level)}>
          <Meter label="Microphone" level={level} />
        </Specimen>
      ))}
    </Specimens>
  ),
  key: () => (
    <Specimens>
      <Specimen name="one">
        <Key>M</Key>
      </Specimen>
      <Specimen name="several">
        <Keys keys={["Alt", "↓"]} />
      </Specimen>
      <Specimen name="with a name">
        <Keys keys={["Ctrl", "Shift", "Escape"]} />
      </Specimen>
    </Specimens>
  ),
  banner: () => (
    <Specimens>
      <Specimen name="calm" wide>
        <Frame>
          <Banner look="calm" icon={Sprout} text="Palabre has grown." action={action("Reload")} />
        </Frame>
      </Specimen>
      <Specimen name="in the way" wide>
        <Frame>
          <Banner icon={CloudOff} text="You are offline." action={action("Try now")} />
        </Frame>
      </Specimen>
      <Specimen name="loses something" wide>
        <Frame>
          <Banner look="danger" icon={TriangleAlert} text="This device is full." />
        </Frame>
      </Specimen>
      <Specimen name="under way" wide>
        <Frame>
          <Banner text="Reconnecting…" />
        </Frame>
      </Specimen>
      <Specimen name="long text" wide>
        <Frame>
          <Banner icon={CloudOff} text={LONG} action={action("Try now")} />
        </Frame>
      </Specimen>
    </Specimens>
  ),
  toast: () => (
    <Specimens>
      <Specimen name="news" wide>
        <Toast dismiss={nothing} dismissLabel="Dismiss">
          Kofi: answered on another device
        </Toast>
      </Specimen>
      <Specimen name="with an action" wide>
        <Toast dismiss={nothing} dismissLabel="Dismiss" action={action("Open")}>
          Missed call: Kofi
        </Toast>
      </Specimen>
      <Specimen name="long text" wide>
        <Toast dismiss={nothing} dismissLabel="Dismiss" action={action("Open")}>
          {LONG}
        </Toast>
      </Specimen>
    </Specimens>
  ),
  "empty-state": () => <EmptyStates />,
};

/** Every place that can hold nothing, with the words of the catalogue of texts. */
function EmptyStates() {
  const { t } = useLocale();
  const states = t.empty;
  return (
    <Specimens>
      <Specimen name="no conversation yet">
        <EmptyState picture="tree" title={t.list.emptyTitle} text={t.list.emptyText}>
          <Button look="primary" onPress={nothing}>
            {t.list.create}
          </Button>
        </EmptyState>
      </Specimen>
      <Specimen name="nobody else yet">
        <EmptyState picture="alone" title={t.create.alone} text={t.create.aloneHint} />
      </Specimen>
      <Specimen name="nothing said yet">
        <EmptyState picture="circle" title={t.chat.emptyTitle} text={t.chat.emptyText} />
      </Specimen>
      <Specimen name="nothing found">
        <EmptyState
          picture="search"
          title={t.list.noMatchTitle}
          text={t.list.noMatchText("manguier")}
        />
      </Specimen>
      <Specimen name="offline">
        <EmptyState picture="offline" {...states.offline} />
      </Specimen>
      <Specimen name="server does not answer">
        <EmptyState
          picture="unreachable"
          title={t.signIn.unreachableTitle}
          text={t.problem.unreachable}
        >
          <Button look="primary" onPress={nothing}>
            {t.signIn.retry}
          </Button>
        </EmptyState>
      </Specimen>
      <Specimen name="microphone refused">
        <EmptyState picture="microphone" title={t.call.microphone} text={t.call.refused.denied} />
      </Specimen>
      <Specimen name="camera refused">
        <EmptyState picture="camera" title={t.call.camera} text={t.call.refused.in_use} />
      </Specimen>
      <Specimen name="storage full">
        <EmptyState picture="full" {...states.full} />
      </Specimen>
      <Specimen name="server upgraded">
        <EmptyState picture="sprout" {...states.upgraded}>
          <Button look="primary" onPress={nothing}>
            {t.connection.reload}
          </Button>
        </EmptyState>
      </Specimen>
      <Specimen name="nothing missed">
        <EmptyState picture="calm" {...states.calm} />
      </Specimen>
      <Specimen name="waiting to be let in">
        <EmptyState picture="waiting" {...states.waiting} />
      </Specimen>
      <Specimen name="locked">
        <EmptyState picture="locked" {...states.locked} />
      </Specimen>
      <Specimen name="over">
        <EmptyState picture="farewell" title={t.call.over} text={t.call.ended.completed} />
      </Specimen>
      <Specimen name="small">
        <EmptyState small picture="search" title={t.create.nobody} />
      </Specimen>
    </Specimens>
  );
}

function Frame({ children }: { children: React.ReactNode }) {
  return <div className="catalogue-frame">{children}</div>;
}

function action(label: string) {
  return { label, onPress: nothing };
}
