/** Lists of people and messages, as search, lobby and moderation need them. */

import { Check, Ellipsis, Hand, MicOff, UserMinus, VideoOff, X } from "lucide-react";

import { ConversationItem } from "../../chat/ConversationItem";
import { SearchHit } from "../../chat/SearchHit";
import { Tick } from "../../chat/Tick";
import { direct, group, rows } from "../../fixture/chat";
import { afi, ama, kofi, mariam, NOW, sena, yao } from "../../fixture/people";
import { Badge } from "../../ui/Badge";
import { Button, IconButton } from "../../ui/Button";
import { Chip } from "../../ui/Chip";
import { useLocale } from "../../ui/locale";
import { Menu } from "../../ui/Menu";
import { PersonRow } from "../../ui/PersonRow";
import { LONG, nothing, Specimen, Specimens } from "../Specimens";

export const parts = {
  "conversation-item": () => (
    <Specimens>
      {rows.map((row) => (
        <Specimen key={row.id} name={row.id}>
          <ConversationItem
            row={row}
            selected={false}
            now={NOW}
            open={nothing}
            openMenu={nothing}
            toggleRead={nothing}
          />
        </Specimen>
      ))}
      <Specimen name="chosen">
        <ConversationItem
          row={group}
          selected
          now={NOW}
          open={nothing}
          openMenu={nothing}
          toggleRead={nothing}
        />
      </Specimen>
      <Specimen name="long text">
        <ConversationItem
          row={{ ...direct, title: LONG, unread: 1200 }}
          selected={false}
          now={NOW}
          open={nothing}
          openMenu={nothing}
          toggleRead={nothing}
        />
      </Specimen>
    </Specimens>
  ),
  tick: () => (
    <Specimens>
      {(["pending", "failed", "sent", "delivered", "read"] as const).map((tick) => (
        <Specimen key={tick} name={tick}>
          <Tick tick={tick} />
        </Specimen>
      ))}
    </Specimens>
  ),
  "person-row": () => <People />,
  "search-hit": () => (
    <Specimens>
      <Specimen name="in a group">
        <SearchHit
          conversation={group}
          sender={kofi}
          at={NOW - 60_000}
          text="On se retrouve sous le manguier après la réunion ?"
          query="mangu"
          open={nothing}
        />
      </Specimen>
      <Specimen name="with one person, accents aside">
        <SearchHit
          conversation={{ id: "direct", title: sena.name, other: sena }}
          sender={ama}
          at={NOW - 86_400_000 * 12}
          text="L’équipe de Séna prépare le dîner"
          query="equipe sena"
          open={nothing}
        />
      </Specimen>
      <Specimen name="long text">
        <SearchHit
          conversation={{ ...group, title: LONG }}
          sender={kofi}
          at={NOW}
          text={`${LONG}. ${LONG}`}
          query="languages"
          open={nothing}
        />
      </Specimen>
    </Specimens>
  ),
};

function People() {
  const { t } = useLocale();
  return (
    <Specimens>
      <Specimen name="members">
        <Frame>
          <PersonRow person={ama} note={`(${t.people.you})`} detail="@ama" presence />
          <PersonRow person={kofi} note={<Chip>Moderator</Chip>} detail="@kofi" presence />
          <PersonRow person={mariam} detail="@mariam · last seen 25 minutes ago" presence />
        </Frame>
      </Specimen>
      <Specimen name="lobby">
        <Frame>
          {[afi, yao].map((person) => (
            <PersonRow key={person.id} person={person} detail="waits to be let in">
              <IconButton label={`Admit ${person.name}`} look="soft" onPress={nothing}>
                <Check size={20} />
              </IconButton>
              <IconButton label={`Turn ${person.name} away`} onPress={nothing}>
                <X size={20} />
              </IconButton>
            </PersonRow>
          ))}
        </Frame>
      </Specimen>
      <Specimen name="raised hands">
        <Frame>
          <PersonRow person={sena} detail="has had the hand up for 2 min">
            <Badge count={1} label="First in the queue" />
            <Hand size={20} aria-hidden="true" />
          </PersonRow>
        </Frame>
      </Specimen>
      <Specimen name="moderation">
        <Frame>
          <PersonRow person={kofi} detail="speaks">
            <Menu
              entries={[
                { id: "mute", label: "Mute", icon: MicOff, action: nothing },
                { id: "camera", label: "Stop the camera", icon: VideoOff, action: nothing },
                "line",
                {
                  id: "remove",
                  label: "Remove from the call",
                  icon: UserMinus,
                  danger: true,
                  action: nothing,
                },
              ]}
              trigger={
                <IconButton label={`Moderate ${kofi.name}`} disabled={false}>
                  <Ellipsis size={20} />
                </IconButton>
              }
            />
          </PersonRow>
        </Frame>
      </Specimen>
      <Specimen name="long text">
        <Frame>
          <PersonRow person={{ ...kofi, name: LONG }} detail={LONG}>
            <Button size="small" onPress={nothing}>
              Admit
            </Button>
          </PersonRow>
        </Frame>
      </Specimen>
    </Specimens>
  );
}

function Frame({ children }: { children: React.ReactNode }) {
  return <div className="catalogue-frame">{children}</div>;
}
