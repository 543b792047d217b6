// Generated from signaling/src/wire by signaling/tests/protocol.rs; do not edit.

/** Version of the protocol that `hello` names. */
export const PROTOCOL_VERSION = 1;

/** Largest frame a device may send, in bytes. */
export const MAX_FRAME_BYTES = 65536;

/**
 * Answer of `GET /api/accounts`: who is signed in in this browser.
 */
export type Accounts = {
/**
 * One for each account slot in use.
 */
accounts: Array<SignedIn>,
/**
 * Names that may be signed in with by one click; empty outside the demo.
 */
demo: Array<DemoAccount>, };

/**
 * The server's answer to an offer.
 */
export type Answer = {
/**
 * The participant that the offer belongs to.
 */
participant: ParticipantId,
/**
 * SDP (RFC 8829).
 */
sdp: string, };

/**
 * A file of a message. Its bytes are at `/api/files/{file}`, for members alone.
 */
export type Attachment = {
/**
 * Which.
 */
file: FileId,
/**
 * What it is called, on one line and without a path.
 */
name: string,
/**
 * How large it is, in bytes.
 */
bytes: number,
/**
 * What its first bytes say that it is, such as `image/jpeg`; nobody has looked further.
 */
media_type: string, } & ({ "kind": "image",
/**
 * In pixels, as it is to be seen.
 */
width: number,
/**
 * In pixels, as it is to be seen.
 */
height: number,
/**
 * What to show until it is there: a ThumbHash in Base64.
 */
placeholder: string,
/**
 * It moves.
 */
animated?: boolean, } | { "kind": "video" } | { "kind": "audio" } | { "kind": "voice" } & Voice | { "kind": "file" });

/**
 * What others learn about a person's liveness; never `invisible`.
 */
export type Availability = "offline" | "available" | "busy" | "away";

/**
 * Whether two people may beep one another, as one of them sees it.
 */
export type BeepLeave = {
/**
 * The other one.
 */
person: PersonId,
/**
 * They may beep at oneself.
 */
given: boolean,
/**
 * They have asked for that and were not answered yet.
 */
asked: boolean,
/**
 * One may beep at them.
 */
received: boolean, };

/**
 * A call in its present state. Every change sends the whole of it: it is small, and a snapshot
 * cannot go out of step.
 */
export type Call = {
/**
 * Which.
 */
id: CallId,
/**
 * Where.
 */
conversation: ConversationId,
/**
 * What it was started as.
 */
media: Media,
/**
 * Who started it.
 */
started_by: PersonId,
/**
 * When, in ms since 1970.
 */
started_at_ms: number,
/**
 * When the second person came in, in ms since 1970.
 */
answered_at_ms: number | null,
/**
 * Rises with every change; a lower one than seen is stale.
 */
version: number,
/**
 * Ringing, active or ended.
 */
state: CallState,
/**
 * The state of each member's invitation; the starter's is `accepted`.
 */
rings: Array<Ring>,
/**
 * Who is in, in the order they came.
 */
participants: Array<Participant>,
/**
 * Who may moderate beside whoever started it: the admins of the group.
 */
moderators: Array<PersonId>,
/**
 * What those may do who do not moderate.
 */
rules: CallRules, };

/**
 * One call of a conversation.
 */
export type CallId = string;

/**
 * What those may do in a call who do not moderate it. The server holds them to it.
 */
export type CallRules = {
/**
 * Nobody else comes in, but for those at whom it rings.
 */
locked: boolean,
/**
 * They may speak.
 */
microphone: boolean,
/**
 * They may show their cameras.
 */
camera: boolean,
/**
 * They may share their screens.
 */
screen: boolean, };

/**
 * Where a call stands.
 */
export type CallState = { "kind": "ringing" } | { "kind": "active" } | { "kind": "ended",
/**
 * Why.
 */
reason: EndReason, };

/**
 * What a message carries.
 */
export type Carried = "image" | "video" | "audio" | "voice" | "file";

/**
 * What changed in a conversation since the reader last looked.
 */
export type Changes = {
/**
 * Where.
 */
conversation: ConversationId,
/**
 * Latest states, ordered by `changed_seq`.
 */
messages: Array<Message>,
/**
 * The reader is complete up to here once it has applied `messages`. Lower than the
 * conversation's `last_seq` when the answer would be too long for one frame: ask on from here.
 */
up_to_seq: number,
/**
 * The reader was too far behind: forget the cached messages and page back from history.
 */
gap: boolean, };

/**
 * What a person chose to show, as their own devices know it.
 */
export type ChosenStatus = {
/**
 * The choice.
 */
status: Status,
/**
 * A line beside it; 1 to 80 characters.
 */
text?: string,
/**
 * When it is over and the person is shown as available again, in ms since 1970.
 */
until_ms?: number, };

/**
 * One frame from a device.
 */
export type ClientFrame = {
/**
 * Chosen by the device, echoed by the reply.
 */
id: number,
/**
 * What is asked.
 */
request: Request, };

/**
 * Chosen by the sender (UUIDv7), so that a repeated send is recognised.
 */
export type ClientId = string;

/**
 * Whether a participant's media and socket are up.
 */
export type Connection = "connecting" | "connected" | "reconnecting";

/**
 * What a message says.
 */
export type Content = { "kind": "text",
/**
 * UTF-8, trimmed, 1 to 16,384 bytes; empty only beside files.
 */
text: string,
/**
 * How parts of it are to be drawn.
 */
entities?: Array<Entity>,
/**
 * The files that it carries, in their order; at most 10.
 */
attachments?: Array<Attachment>, } | { "kind": "created" } | { "kind": "call",
/**
 * Which.
 */
call: CallId,
/**
 * Audio or video.
 */
media: Media,
/**
 * How it ended; absent while it rings or lasts.
 */
ended: EndReason | null,
/**
 * From the first answer to the end, in ms; 0 while it lasts and when nobody answered.
 */
duration_ms: number,
/**
 * Everybody who was in it, told when it ended; empty while it rings or lasts.
 */
people: Array<PersonId>, } | { "kind": "deleted",
/**
 * The sender or an admin.
 */
by: PersonId, } | { "kind": "expired" } | { "kind": "lifetime_changed",
/**
 * In seconds; absent when they stay.
 */
lifetime_s?: number, } | { "kind": "members_added",
/**
 * Whom.
 */
people: Array<PersonId>, } | { "kind": "member_removed",
/**
 * Whom.
 */
person: PersonId, } | { "kind": "member_left" } | { "kind": "admin_changed",
/**
 * Whom.
 */
person: PersonId,
/**
 * What they are now.
 */
admin: boolean, } | { "kind": "beep",
/**
 * What for; one line of 1 to 120 characters.
 */
why?: string, } | { "kind": "renamed",
/**
 * The new one.
 */
title: string, };

/**
 * A conversation as one of its members sees it.
 */
export type Conversation = {
/**
 * Which.
 */
id: ConversationId,
/**
 * Direct or group.
 */
kind: ConversationKind,
/**
 * The group's title; empty for the other kinds: a direct conversation is named after the
 * other person.
 */
title: string,
/**
 * Everybody in it, oneself included, in the order they were added.
 */
members: Array<PersonId>,
/**
 * Those of a group's members who may remove others and appoint admins.
 */
admins?: Array<PersonId>,
/**
 * Members who read only what came after they did: those who came as guests.
 */
newcomers?: Array<Newcomer>,
/**
 * How long after it was sent a text disappears, in seconds, for those sent from now on; absent
 * while they stay.
 */
lifetime_s?: number,
/**
 * Numbers of the messages that are pinned, rising.
 */
pinned?: Array<number>,
/**
 * Number of the latest change; gapless from 1.
 */
last_seq: number,
/**
 * How many messages there are; equals the `number` of the latest one.
 */
message_count: number,
/**
 * Messages above what the reader has read that have disappeared, rising: nobody can read them
 * any more, so they are not unread.
 */
expired?: Array<Span>,
/**
 * How far each member has got.
 */
markers: Array<Marker>,
/**
 * The latest message, for the list's preview.
 */
last_message: Message | null,
/**
 * The call under way.
 */
call: Call | null,
/**
 * When it was made, in ms since 1970.
 */
created_at_ms: number, };

/**
 * A place where members write to one another.
 */
export type ConversationId = string;

/**
 * Whether a conversation is between two people or has a name and members that change.
 */
export type ConversationKind = "direct" | "group" | "saved";

/**
 * Body of `POST /api/account/deletion`; answered by 204. All sign-ins of the person end.
 */
export type DeleteAccount = {
/**
 * The one that is good now; in the clear, TLS protects it on the way.
 */
password: string, };

/**
 * An account of the demo, whose password is no secret.
 */
export type DemoAccount = {
/**
 * Name to sign in with.
 */
username: string,
/**
 * The name they are shown by.
 */
full_name: string, };

/**
 * One signed-in browser tab or program; chosen by the device and kept across reloads.
 */
export type DeviceId = string;

/**
 * That a message was edited.
 */
export type Edited = {
/**
 * When last, in ms since 1970.
 */
at_ms: number,
/**
 * The change that did.
 */
seq: number, };

/**
 * Why a call ended.
 */
export type EndReason = "completed" | "declined" | "missed" | "cancelled" | "failed";

/**
 * A part of a text that is drawn in its own way. Parts lie side by side or one within another;
 * they never overlap half-way.
 */
export type Entity = {
/**
 * Where it starts, in UTF-16 code units, as the strings of browsers count.
 */
offset: number,
/**
 * How long it is, in UTF-16 code units; at least 1.
 */
length: number,
/**
 * How it is drawn.
 */
style: Style, };

/**
 * Something that happened.
 */
export type Event = { "type": "message_changed",
/**
 * In its present state.
 */
message: Message, } | { "type": "conversation_changed",
/**
 * In its present state.
 */
conversation: Conversation, } | { "type": "conversation_removed",
/**
 * Which.
 */
conversation: ConversationId, } | { "type": "personal_changed",
/**
 * What changed.
 */
changes: PersonalChanges, } | { "type": "marker_changed",
/**
 * Where.
 */
conversation: ConversationId,
/**
 * How far.
 */
marker: Marker, } | { "type": "typing",
/**
 * Where.
 */
conversation: ConversationId,
/**
 * Who.
 */
person: PersonId,
/**
 * False when they stopped.
 */
active: boolean, } | { "type": "presence_changed",
/**
 * As it may be seen.
 */
presence: Presence, } | { "type": "person_changed",
/**
 * As they are now.
 */
person: Person, } | { "type": "lobby_changed",
/**
 * As it is now.
 */
lobby: Lobby, } | { "type": "status_changed",
/**
 * What it is now.
 */
status: ChosenStatus, } | { "type": "preferences_changed",
/**
 * All of them.
 */
preferences: Preferences, } | { "type": "beep_leave_changed",
/**
 * How it is now.
 */
leave: BeepLeave, } | { "type": "call_changed",
/**
 * In its present state.
 */
call: Call, } | { "type": "slots_changed",
/**
 * Oneself.
 */
participant: ParticipantId,
/**
 * All of them.
 */
slots: Array<Slot>, } | { "type": "sending_wanted",
/**
 * Oneself.
 */
participant: ParticipantId,
/**
 * All of one's pictures.
 */
sources: Array<WantedSource>, } | { "type": "speaking_changed",
/**
 * In which call.
 */
call: CallId,
/**
 * The most prominent voice first; empty when nobody speaks.
 */
speakers: Array<ParticipantId>, } | { "type": "quality_changed",
/**
 * Oneself.
 */
participant: ParticipantId,
/**
 * How it is now.
 */
quality: Quality, } | { "type": "weak_changed",
/**
 * Which call.
 */
call: CallId,
/**
 * All of them.
 */
participants: Array<ParticipantId>, } | { "type": "call_reaction",
/**
 * In which call.
 */
call: CallId,
/**
 * Who.
 */
participant: ParticipantId,
/**
 * Exactly one.
 */
emoji: string, } | { "type": "sending_stopped",
/**
 * Oneself.
 */
participant: ParticipantId,
/**
 * What.
 */
source: Source,
/**
 * Who did it.
 */
by: PersonId, } | { "type": "seat_moved",
/**
 * The seat.
 */
participant: ParticipantId,
/**
 * The id that the second connection had.
 */
second: ParticipantId, } | { "type": "seat_lost",
/**
 * The seat.
 */
participant: ParticipantId, };

/**
 * The error as the client reads it: a code for programs and a sentence for people.
 */
export type Failure = {
/**
 * Stable across releases.
 */
code: FailureCode,
/**
 * English, says what to do; shown when the client knows no translation of `code`.
 */
message: string, };

/**
 * Why a request failed; the client translates it.
 */
export type FailureCode = "malformed" | "not_found" | "too_large" | "wrong_protocol" | "not_signed_in" | "wrong_credentials" | "rate_limited" | "wrong_origin" | "not_a_member" | "bad_username" | "username_taken" | "bad_name" | "short_password" | "long_password" | "common_password" | "password_is_name" | "wrong_code" | "already_set_up" | "link_gone" | "link_expired" | "link_used_up" | "link_revoked" | "no_such_person" | "empty" | "too_long" | "bad_text" | "bad_entities" | "bad_emoji" | "no_such_message" | "no_such_file" | "file_too_large" | "no_space_left" | "picture_too_large" | "bad_picture" | "bad_voice" | "stale" | "too_late" | "too_many" | "bad_title" | "bad_members" | "call_over" | "call_full" | "call_locked" | "removed_from_call" | "not_in_call" | "not_allowed" | "last_owner" | "account_deleted" | "no_beep_leave" | "asked_already" | "quiet_hours" | "unknown_time_zone" | "push_is_off" | "not_subscribed" | "bad_subscription" | "bad_offer" | "unknown_section" | "out_of_range" | "unavailable" | "internal";

/**
 * Which files of a conversation are listed.
 */
export type FileGroup = "media" | "audio" | "documents";

/**
 * A file that was uploaded; chosen by the server, so that nobody guesses one.
 */
export type FileId = string;

/**
 * Which messages are looked for; each part that is there narrows it.
 */
export type Filter = {
/**
 * Sent by them.
 */
from: PersonId | null,
/**
 * In there; absent looks through all of one's conversations.
 */
conversation: ConversationId | null,
/**
 * Not sent before that, in ms since 1970.
 */
after_ms: number | null,
/**
 * Sent before that, in ms since 1970.
 */
before_ms: number | null,
/**
 * Only those that carry files.
 */
has_file?: boolean,
/**
 * Only those that lead to other pages.
 */
has_link?: boolean, };

/**
 * A message that was found.
 */
export type Found = {
/**
 * As it is.
 */
message: Message,
/**
 * A part of its text with what was found.
 */
excerpt: string,
/**
 * Where in the excerpt it is.
 */
highlights: Array<Highlight>, };

/**
 * Answer of `GET /api/guests/{code}`: where the link leads.
 */
export type GuestDoor = {
/**
 * What the place is called.
 */
place: string | null,
/**
 * The title of the group.
 */
title: string,
/**
 * The name of who made the link.
 */
by: string,
/**
 * Until when it is good, in ms since 1970.
 */
expires_at_ms: number, };

/**
 * A link for guests, as those see it who may make them. Its code is told once, when it is made.
 */
export type GuestLink = {
/**
 * Which.
 */
id: GuestLinkId,
/**
 * Where it leads.
 */
conversation: ConversationId,
/**
 * Who made it.
 */
made_by: PersonId,
/**
 * When, in ms since 1970.
 */
made_at_ms: number,
/**
 * Until when it is good, in ms since 1970.
 */
expires_at_ms: number,
/**
 * Guests who can still come by it.
 */
uses_left: number,
/**
 * Guests who could come by it at first.
 */
uses: number, };

/**
 * A link for guests; no secret, unlike its code.
 */
export type GuestLinkId = string;

/**
 * How a guest stands; in the guest's own welcome.
 */
export type GuestPass = {
/**
 * Where.
 */
conversation: ConversationId,
/**
 * The title of the group.
 */
title: string,
/**
 * Whether the guest is in.
 */
state: GuestState, };

/**
 * Whether a guest is in.
 */
export type GuestState = "waiting" | "admitted" | "refused";

/**
 * A part of an excerpt that was looked for.
 */
export type Highlight = {
/**
 * Where it starts, in UTF-16 code units.
 */
offset: number,
/**
 * How long it is, in UTF-16 code units.
 */
length: number, };

/**
 * An invitation to make an account, as owners and admins see it. Its code is told once, when it is
 * made.
 */
export type Invitation = {
/**
 * Which.
 */
id: InvitationId,
/**
 * What those who come by it will be.
 */
role: Role,
/**
 * Who made it.
 */
made_by: PersonId,
/**
 * When, in ms since 1970.
 */
made_at_ms: number,
/**
 * Until when it is good, in ms since 1970.
 */
expires_at_ms: number,
/**
 * Accounts that can still be made by it.
 */
uses_left: number,
/**
 * Accounts that could be made by it at first.
 */
uses: number, };

/**
 * An invitation to make an account; no secret, unlike its code.
 */
export type InvitationId = string;

/**
 * Answer of `GET /api/invites/{code}`: what whoever holds the link is invited to.
 */
export type Invited = {
/**
 * What the place is called.
 */
place: string | null,
/**
 * The name of who invites.
 */
by: string,
/**
 * What one will be.
 */
role: Role,
/**
 * Until when it is good, in ms since 1970.
 */
expires_at_ms: number, };

/**
 * One thing that a person changes about how they keep a conversation.
 */
export type KeepChange = { "kind": "pin",
/**
 * Which of the two.
 */
on: boolean, } | { "kind": "archive",
/**
 * Which of the two.
 */
on: boolean, } | { "kind": "mute",
/**
 * Until then, in ms since 1970; absent ends it.
 */
until_ms: number | null, } | { "kind": "notify",
/**
 * Of what.
 */
notify: Notify, } | { "kind": "mark_unread",
/**
 * Which of the two.
 */
on: boolean, } | { "kind": "draft",
/**
 * Absent when it was sent or deleted.
 */
draft: KeptDraft | null, };

/**
 * A text that was begun on one device and can be finished on another.
 */
export type KeptDraft = {
/**
 * As it stands in the text field; at most 16,384 bytes of UTF-8.
 */
text: string,
/**
 * The message it is to answer.
 */
quote: MessageId | null,
/**
 * The number of that message, by which devices find it.
 */
quote_number?: number, };

/**
 * The highest `seq` a device has applied in one conversation.
 */
export type Known = {
/**
 * Where.
 */
conversation: ConversationId,
/**
 * How far.
 */
seq: number, };

/**
 * The languages that the app speaks.
 */
export type Language = "en" | "fr";

/**
 * One simulcast layer as the publisher configured it.
 */
export type Layer = {
/**
 * Its `a=rid` (RFC 8851).
 */
rid: string,
/**
 * In pixels.
 */
width: number,
/**
 * In pixels.
 */
height: number, };

/**
 * What may be done here, and how much of it.
 */
export type Limits = {
/**
 * How long after sending one may edit one's message, in ms; absent for ever.
 */
edit_window_ms: number | null,
/**
 * How long after sending one may delete one's message for everybody, in ms; absent for ever.
 */
delete_window_ms: number | null,
/**
 * How long after sending every text disappears here, in ms; absent while they stay.
 */
retention_ms?: number,
/**
 * Largest file, in bytes.
 */
max_file_bytes: number,
/**
 * Files of one message.
 */
max_files: number, };

/**
 * Who waits to be let into a group; told to those who may let them in.
 */
export type Lobby = {
/**
 * Which group.
 */
conversation: ConversationId,
/**
 * Those who are there, in the order they came.
 */
waiting: Array<WaitingGuest>, };

/**
 * How far one member has got in one conversation, in message numbers; only ever rises.
 *
 * A message counts as delivered to and read by its own sender: whoever applies a new message raises
 * the sender's marker to its `number`, and no `marker_changed` tells so again.
 */
export type Marker = {
/**
 * Whose.
 */
person: PersonId,
/**
 * Highest number that reached one of the person's devices.
 */
delivered_number: number,
/**
 * Highest number the person has read; never above `delivered_number`.
 */
read_number: number,
/**
 * What the person has read is not told, because they or oneself read privately; `read_number`
 * is 0 then.
 */
read_hidden?: boolean, };

/**
 * What a call was started as; a participant may switch the camera on or off in either.
 */
export type Media = "audio" | "video";

/**
 * A stored message in its latest state.
 */
export type Message = {
/**
 * Which.
 */
id: MessageId,
/**
 * Where.
 */
conversation: ConversationId,
/**
 * The change that created it.
 */
seq: number,
/**
 * The latest change of it; equals `seq` until it changes.
 */
changed_seq: number,
/**
 * 1, 2, 3 … counting messages only.
 */
number: number,
/**
 * Who wrote it, or who caused a notice.
 */
sender: PersonId,
/**
 * The sender's own name for it, so that its device recognises its pending entry.
 */
client_id: ClientId,
/**
 * When the server stored it, in ms since 1970.
 */
sent_at_ms: number,
/**
 * What it says.
 */
content: Content,
/**
 * The latest edit.
 */
edited?: Edited,
/**
 * What it answers.
 */
quote?: Quote,
/**
 * It was written elsewhere and passed on.
 */
forwarded?: boolean,
/**
 * One of each person at most, grouped by emoji in the order they were first used.
 */
reactions?: Array<Reaction>,
/**
 * Somebody wants it to be found easily by all members.
 */
pin?: Pin,
/**
 * When it disappears, in ms since 1970, whatever becomes of it until then: devices forget it by
 * themselves, the server within 60 s.
 */
expires_at_ms?: number, };

/**
 * A stored message.
 */
export type MessageId = string;

/**
 * An account that somebody makes for themselves.
 */
export type NewAccount = {
/**
 * The name to sign in with: 1 to 64 bytes of letters, digits, `.`, `_` and `-`; kept in lower
 * case.
 */
username: string,
/**
 * The name to be shown by, 1 to 60 characters.
 */
full_name: string,
/**
 * 8 characters at least; in the clear, TLS protects it on the way.
 */
password: string,
/**
 * Keeps what one has as the guest who asks; for invitations alone.
 */
keep_guest?: boolean, };

/**
 * Body of `POST /api/guests/{code}`; answered by `SignedIn` and a cookie.
 */
export type NewGuest = {
/**
 * The name to be shown by, 1 to 60 characters.
 */
name: string,
/**
 * `true` answers with a bearer token instead of a cookie, for programs.
 */
token: boolean, };

/**
 * Body of `PUT /api/password`; answered by 204. All other sign-ins of the person end.
 */
export type NewPassword = {
/**
 * The one that is good now.
 */
old: string,
/**
 * 8 characters at least; in the clear, TLS protects it on the way.
 */
new: string, };

/**
 * A member who reads only what came after a message.
 */
export type Newcomer = {
/**
 * Who.
 */
person: PersonId,
/**
 * The number of the last message that they do not read.
 */
since_number: number, };

/**
 * What there are notices of.
 */
export type Notify = "all" | "mentions" | "nothing";

/**
 * One device in a call.
 */
export type Participant = {
/**
 * Which.
 */
id: ParticipantId,
/**
 * Whose.
 */
person: PersonId,
/**
 * On which device.
 */
device: DeviceId,
/**
 * When it joined, in ms since 1970.
 */
joined_at_ms: number,
/**
 * What it says it sends, as far as it may.
 */
sending: Sending,
/**
 * Whether its media and socket are up.
 */
connection: Connection,
/**
 * Since when its hand is raised, in ms since 1970.
 */
hand_raised_at_ms: number | null,
/**
 * The device has put the call on hold: nothing comes from it and nothing goes to it.
 */
on_hold: boolean, };

/**
 * One device's presence in one call; a device that joins again gets a new one.
 */
export type ParticipantId = string;

/**
 * Why a slot carries nothing of what it stands for.
 */
export type PauseReason = "no_codec" | "bandwidth" | "data_saver" | "busy";

/**
 * An account or a guest as others see it.
 */
export type Person = {
/**
 * Who.
 */
id: PersonId,
/**
 * The name they sign in with; lower case, unique, and empty once the account is deleted.
 */
username: string,
/**
 * The name they are shown by; empty once the account is deleted.
 */
full_name: string,
/**
 * What they may do; guests are shown as such wherever their name stands, and so are those whose
 * account is deleted.
 */
role: Role,
/**
 * Their picture; `GET /api/files/{file}/thumbnail` reads it for whoever knows them.
 */
picture?: FileId, };

/**
 * An account or a guest.
 */
export type PersonId = string;

/**
 * What changed of a person's own things, told to that person's devices.
 *
 * They have a `seq` of their own, which counts every change of one person's. A record whose `seq`
 * is not above that of the one a device has is old news.
 */
export type PersonalChanges = {
/**
 * The device is complete up to here once it has applied this.
 */
seq: number,
/**
 * Conversations in their present state; all of them in a `welcome`.
 */
conversations: Array<PersonalConversation>,
/**
 * Messages in their present state.
 */
marks: Array<PersonalMark>,
/**
 * Too many marks have changed to be told: forget those that are kept. They come again with
 * each page of history.
 */
gap: boolean, };

/**
 * What a person keeps about a conversation; all but the id is at its default when there is none.
 */
export type PersonalConversation = {
/**
 * Which.
 */
conversation: ConversationId,
/**
 * The latest change of it.
 */
seq: number,
/**
 * When it was put to the top of the list, in ms since 1970; the latest goes first.
 */
pinned_at_ms: number | null,
/**
 * Put away from the list.
 */
archived: boolean,
/**
 * No notices until then, in ms since 1970; [`FOR_EVER_MS`] for ever.
 */
muted_until_ms: number | null,
/**
 * What there are notices of while it is not muted.
 */
notify: Notify,
/**
 * Shown as unread although it may be read.
 */
marked_unread: boolean,
/**
 * What was begun to be written.
 */
draft: KeptDraft | null, };

/**
 * What a person keeps about a message.
 */
export type PersonalMark = {
/**
 * Where.
 */
conversation: ConversationId,
/**
 * Which.
 */
message: MessageId,
/**
 * The latest change of it.
 */
seq: number,
/**
 * Kept among the person's starred messages.
 */
starred: boolean,
/**
 * Deleted for this person alone: it is not shown.
 */
hidden: boolean,
/**
 * The person has listened to the voice message that it carries.
 */
listened?: boolean,
/**
 * How many others have listened to the person's own voice message, without those who read
 * privately; nobody but its sender is told.
 */
listeners?: number, };

/**
 * That a message is pinned.
 */
export type Pin = {
/**
 * Who pinned it.
 */
by: PersonId,
/**
 * When, in ms since 1970.
 */
at_ms: number, };

/**
 * What a person decides about what others see and when not to be disturbed.
 */
export type Preferences = {
/**
 * Others do not learn when one was there last, nor does one learn it of them.
 */
hides_last_seen: boolean,
/**
 * Others do not learn what one has read, nor does one learn it of them.
 */
reads_privately: boolean,
/**
 * When there are no notices.
 */
quiet_hours: QuietHours | null, };

/**
 * A person's liveness as others may see it.
 */
export type Presence = {
/**
 * Whose.
 */
person: PersonId,
/**
 * What is shown.
 */
availability: Availability,
/**
 * When the last device left, in ms since 1970; absent while online or unknown.
 */
last_seen_ms: number | null,
/**
 * What the person wrote beside their status.
 */
text?: string, };

/**
 * What a service worker finds in a push message, as JSON, once its browser has decrypted it
 * (RFC 8291). Under 3 KiB.
 */
export type PushMessage = {
/**
 * For whom of those who are signed in on the device.
 */
person: PersonId,
/**
 * What the device speaks.
 */
language: Language,
/**
 * What happened.
 */
notice: PushNotice, };

/**
 * What happened.
 */
export type PushNotice = { "kind": "message",
/**
 * Where.
 */
conversation: ConversationId,
/**
 * The number of the message; show none that is lower than one shown before.
 */
number: number,
/**
 * The name of who wrote.
 */
sender: string,
/**
 * The title of the group, when it is one.
 */
group: string | null,
/**
 * What it begins with; absent when it has no text, or the device wants no previews.
 */
text: string | null,
/**
 * What its first file is; absent like the text.
 */
carries: Carried | null,
/**
 * It names the person or answers them.
 */
mentions: boolean,
/**
 * Messages of the conversation that the person has not read, this one included.
 */
unread: number, } | { "kind": "beep",
/**
 * Where.
 */
conversation: ConversationId,
/**
 * The number of its message.
 */
number: number,
/**
 * The name of who beeps.
 */
sender: string,
/**
 * What for; absent when nothing was said, or the device wants no previews.
 */
why: string | null, } | { "kind": "call",
/**
 * Which call.
 */
call: CallId,
/**
 * Where.
 */
conversation: ConversationId,
/**
 * The name of who started it.
 */
sender: string,
/**
 * The title of the group, when it is one.
 */
group: string | null,
/**
 * Audio or video.
 */
media: Media,
/**
 * Until when it rings, in ms since 1970.
 */
until_ms: number, } | { "kind": "missed",
/**
 * Which call.
 */
call: CallId,
/**
 * Where.
 */
conversation: ConversationId,
/**
 * The name of who started it.
 */
sender: string,
/**
 * The title of the group, when it is one.
 */
group: string | null,
/**
 * Audio or video.
 */
media: Media, } | { "kind": "call_over",
/**
 * Which call.
 */
call: CallId, } | { "kind": "read",
/**
 * Where.
 */
conversation: ConversationId,
/**
 * How far.
 */
up_to_number: number, } | { "kind": "test" };

/**
 * Where a browser gets its notices (W3C Push API).
 */
export type PushSubscription = {
/**
 * An `https:` address at its push service.
 */
endpoint: string,
/**
 * Its public key: an uncompressed point of P-256, in Base64 for URLs.
 */
p256dh: string,
/**
 * Its authentication secret: 16 bytes, in Base64 for URLs.
 */
auth: string,
/**
 * What it speaks.
 */
language: Language,
/**
 * Whether notices may say what messages say.
 */
previews: boolean, };

/**
 * How well a participant is connected.
 */
export type Quality = {
/**
 * Whether it is so bad that the others should know.
 */
weak: boolean,
/**
 * Packets lost on the way to the participant, in percent.
 */
loss_down_percent: number,
/**
 * Packets lost on the way from it, in percent.
 */
loss_up_percent: number,
/**
 * There and back, in ms.
 */
round_trip_ms: number,
/**
 * What the way to it takes, in kbit/s; 0 while that is not known.
 */
path_kbps: number,
/**
 * What it would be sent if the way took it, in kbit/s.
 */
wanted_kbps: number,
/**
 * What it is sent, in kbit/s.
 */
given_kbps: number, };

/**
 * A part of each day in which a person wants no notices and no beeps.
 */
export type QuietHours = {
/**
 * The first minute, 0 to 1,439 since midnight.
 */
from_minute: number,
/**
 * The first minute after it; below `from_minute` when it lasts over midnight.
 */
to_minute: number,
/**
 * Where those minutes are counted: a name of the IANA time zone database, as browsers tell it.
 */
time_zone: string,
/**
 * Whether calls ring all the same.
 */
calls_ring: boolean, };

/**
 * The message that another one answers; in the same conversation, and perhaps deleted since.
 */
export type Quote = {
/**
 * Which.
 */
message: MessageId,
/**
 * Its number, by which it is found in history.
 */
number: number, };

/**
 * An emoji and who reacted with it.
 */
export type Reaction = {
/**
 * Exactly one.
 */
emoji: string,
/**
 * In the order they reacted; some may have left the conversation since.
 */
people: Array<PersonId>, };

/**
 * How far one message has got with one member.
 */
export type Receipt = {
/**
 * Who.
 */
person: PersonId,
/**
 * It reached one of their devices.
 */
delivered: boolean,
/**
 * When it did, in ms since 1970; absent also when that is long ago.
 */
delivered_at_ms?: number,
/**
 * They have read it.
 */
read: boolean,
/**
 * When they did, in ms since 1970; absent also when that is long ago.
 */
read_at_ms?: number,
/**
 * They have listened to the voice message that it carries.
 */
listened?: boolean,
/**
 * When they did first, in ms since 1970.
 */
listened_at_ms?: number,
/**
 * Whether they have read it is not told, because they or oneself read privately.
 */
read_hidden?: boolean, };

/**
 * The outcome of a request.
 */
export type Reply = { "type": "welcome" } & Welcome | { "type": "done" } | { "type": "conversation",
/**
 * In its present state.
 */
conversation: Conversation, } | { "type": "message",
/**
 * In its present state.
 */
message: Message, } | { "type": "history",
/**
 * Oldest first.
 */
messages: Array<Message>,
/**
 * Whether there are older ones.
 */
more: boolean,
/**
 * What one keeps about them; those of which one keeps nothing are left out.
 */
marks?: Array<PersonalMark>, } | { "type": "messages",
/**
 * In the order that was asked for.
 */
messages: Array<Message>,
/**
 * What one keeps about them; those of which one keeps nothing are left out.
 */
marks: Array<PersonalMark>,
/**
 * Whether there are further ones.
 */
more: boolean, } | { "type": "found",
/**
 * In the order that was asked for.
 */
found: Array<Found>,
/**
 * Whether there are further ones.
 */
more: boolean, } | { "type": "receipts",
/**
 * One for each member who may read it, but its sender.
 */
receipts: Array<Receipt>, } | { "type": "versions",
/**
 * Oldest first, without the present one.
 */
versions: Array<Version>, } | { "type": "changes",
/**
 * Since the `seq` that was asked.
 */
changes: Changes, } | { "type": "call",
/**
 * In its present state.
 */
call: Call, } | { "type": "answer",
/**
 * The server's side of the session.
 */
answer: Answer,
/**
 * The call, with oneself in it.
 */
call: Call,
/**
 * What the slots carry.
 */
slots: Array<Slot>, } | { "type": "invitation",
/**
 * As the list has it.
 */
invitation: Invitation,
/**
 * What makes the link; told this once and kept nowhere.
 */
code: string, } | { "type": "invitations",
/**
 * The latest first.
 */
invitations: Array<Invitation>, } | { "type": "guest_link",
/**
 * As the list has it.
 */
link: GuestLink,
/**
 * What makes the link; told this once and kept nowhere.
 */
code: string, } | { "type": "guest_links",
/**
 * The latest first.
 */
links: Array<GuestLink>, };

/**
 * What a device may ask. The first request on a socket is `hello`, within 5 s.
 */
export type Request = { "type": "hello",
/**
 * Version of this protocol; 1.
 */
protocol: number,
/**
 * Chosen by the device (UUIDv4) and kept across reloads; a second socket with the same
 * one replaces the first.
 */
device: DeviceId,
/**
 * The highest `seq` the device has applied, for each conversation it keeps.
 */
known: Array<Known>,
/**
 * How far the device is with the person's own things; absent when it keeps none.
 */
personal_seq?: number, } | { "type": "ping" } | { "type": "set_status",
/**
 * The choice.
 */
status: Status,
/**
 * A line beside it, of 1 to 80 characters.
 */
text?: string,
/**
 * When it is over, in ms since 1970: within a year. Absent lasts until the next choice.
 */
until_ms?: number, } | { "type": "set_attention",
/**
 * A page of it can be seen: what happens needs no notice then.
 */
visible: boolean,
/**
 * It was not used for 10 minutes. Somebody who uses none of their devices is shown as away.
 */
idle: boolean, } | { "type": "set_profile",
/**
 * The name to be shown by, 1 to 60 characters.
 */
full_name: string,
/**
 * A picture that one has uploaded; absent for none.
 */
picture?: FileId, } | { "type": "subscribe_push",
/**
 * As the browser's push service made it.
 */
subscription: PushSubscription, } | { "type": "unsubscribe_push" } | { "type": "test_push" } | { "type": "set_preferences",
/**
 * All of them.
 */
preferences: Preferences, } | { "type": "beep",
/**
 * Which conversation.
 */
conversation: ConversationId,
/**
 * A repeat with the same one gets the identical reply.
 */
client_id: ClientId,
/**
 * What for: one line of at most 120 characters.
 */
why?: string, } | { "type": "ask_beep_leave",
/**
 * Whom.
 */
person: PersonId, } | { "type": "set_beep_leave",
/**
 * Whom.
 */
person: PersonId,
/**
 * Which of the two.
 */
given: boolean, } | { "type": "create_conversation",
/**
 * A repeat with the same one finds what the first made.
 */
client_id: ClientId,
/**
 * Absent makes a direct conversation with the one member given.
 */
title: string | null,
/**
 * Everybody else; oneself is added. A group may begin with oneself alone.
 */
members: Array<PersonId>, } | { "type": "send_message",
/**
 * Where.
 */
conversation: ConversationId,
/**
 * A repeat with the same one gets the identical reply.
 */
client_id: ClientId,
/**
 * UTF-8; 1 to 16,384 bytes after trimming, and empty only beside files.
 */
text: string,
/**
 * How parts of the text are drawn; at most 200.
 */
entities?: Array<Entity>,
/**
 * A message of the same conversation that it answers.
 */
quote?: MessageId,
/**
 * What it carries; at most 10 files, and none but one's own.
 */
files?: Array<SentFile>, } | { "type": "forward_message",
/**
 * Where to.
 */
conversation: ConversationId,
/**
 * A repeat with the same one gets the identical reply.
 */
client_id: ClientId,
/**
 * What; oneself must be a member where it is.
 */
message: MessageId, } | { "type": "edit_message",
/**
 * Where.
 */
conversation: ConversationId,
/**
 * Which.
 */
message: MessageId,
/**
 * `changed_seq` of the message as one saw it. Refused as `stale` when what it says has
 * changed since.
 */
seen_seq: number,
/**
 * UTF-8; 1 to 16,384 bytes after trimming.
 */
text: string,
/**
 * How parts of the text are drawn; at most 200.
 */
entities?: Array<Entity>, } | { "type": "delete_message",
/**
 * Where.
 */
conversation: ConversationId,
/**
 * Which.
 */
message: MessageId, } | { "type": "react",
/**
 * Where.
 */
conversation: ConversationId,
/**
 * To which.
 */
message: MessageId,
/**
 * Exactly one; absent takes one's reaction back.
 */
emoji: string | null, } | { "type": "pin_message",
/**
 * Where.
 */
conversation: ConversationId,
/**
 * Which.
 */
message: MessageId,
/**
 * Which of the two.
 */
pinned: boolean, } | { "type": "star_message",
/**
 * Where.
 */
conversation: ConversationId,
/**
 * Which.
 */
message: MessageId,
/**
 * Which of the two.
 */
starred: boolean, } | { "type": "hide_message",
/**
 * Where.
 */
conversation: ConversationId,
/**
 * Which.
 */
message: MessageId, } | { "type": "mark_listened",
/**
 * Where.
 */
conversation: ConversationId,
/**
 * Which.
 */
message: MessageId, } | { "type": "receipts",
/**
 * Where.
 */
conversation: ConversationId,
/**
 * Which.
 */
message: MessageId, } | { "type": "versions",
/**
 * Where.
 */
conversation: ConversationId,
/**
 * Which.
 */
message: MessageId, } | { "type": "pinned",
/**
 * Where.
 */
conversation: ConversationId, } | { "type": "files",
/**
 * Where.
 */
conversation: ConversationId,
/**
 * Files of which kind.
 */
group: FileGroup,
/**
 * Only messages with a lower number; absent starts from the latest.
 */
before_number: number | null,
/**
 * 1 to 100.
 */
limit: number, } | { "type": "starred",
/**
 * Only those whose mark has a lower `seq`; absent starts from the latest.
 */
before_seq: number | null,
/**
 * 1 to 100.
 */
limit: number, } | { "type": "add_members",
/**
 * Which.
 */
conversation: ConversationId,
/**
 * Whom; those who are in it already are left alone.
 */
people: Array<PersonId>, } | { "type": "remove_member",
/**
 * Which.
 */
conversation: ConversationId,
/**
 * Whom.
 */
person: PersonId, } | { "type": "set_admin",
/**
 * Which.
 */
conversation: ConversationId,
/**
 * Whom.
 */
person: PersonId,
/**
 * Which of the two.
 */
admin: boolean, } | { "type": "rename_conversation",
/**
 * Which.
 */
conversation: ConversationId,
/**
 * 1 to 100 characters.
 */
title: string, } | { "type": "set_lifetime",
/**
 * Where.
 */
conversation: ConversationId,
/**
 * In seconds, from an hour to a year; absent for ever.
 */
lifetime_s?: number, } | { "type": "open_saved" } | { "type": "search",
/**
 * Words, all of which are to be in a message; the last may be the beginning of one.
 */
query: string,
/**
 * What else must hold.
 */
filter: Filter,
/**
 * What comes first.
 */
order: SearchOrder,
/**
 * How many to skip: those of the pages before; at most 1,000.
 */
skip: number,
/**
 * 1 to 50.
 */
limit: number, } | { "type": "keep",
/**
 * Which.
 */
conversation: ConversationId,
/**
 * What changes.
 */
change: KeepChange, } | { "type": "history",
/**
 * Where.
 */
conversation: ConversationId,
/**
 * Only messages with a lower number; absent starts from the latest.
 */
before_number: number | null,
/**
 * 1 to 100.
 */
limit: number, } | { "type": "changes",
/**
 * Where.
 */
conversation: ConversationId,
/**
 * The highest `seq` applied.
 */
since_seq: number, } | { "type": "mark",
/**
 * Where.
 */
conversation: ConversationId,
/**
 * Highest number received.
 */
delivered_number: number,
/**
 * Highest number read.
 */
read_number: number, } | { "type": "typing",
/**
 * Where.
 */
conversation: ConversationId,
/**
 * False takes it back.
 */
active: boolean, } | { "type": "start_call",
/**
 * Where.
 */
conversation: ConversationId,
/**
 * Audio or video.
 */
media: Media, } | { "type": "join_call",
/**
 * Which.
 */
call: CallId,
/**
 * SDP offer, at most 64 KiB.
 */
offer: string,
/**
 * What each sending section of the offer carries.
 */
sources: Array<SourceSection>,
/**
 * The marks on one's tile.
 */
sending: Sending, } | { "type": "move_seat",
/**
 * Oneself.
 */
participant: ParticipantId,
/**
 * SDP offer, at most 64 KiB.
 */
offer: string,
/**
 * What each sending section of the offer carries.
 */
sources: Array<SourceSection>, } | { "type": "offer",
/**
 * Oneself.
 */
participant: ParticipantId,
/**
 * SDP offer, at most 64 KiB.
 */
offer: string,
/**
 * What each sending section of the offer carries.
 */
sources: Array<SourceSection>, } | { "type": "want",
/**
 * Oneself.
 */
participant: ParticipantId,
/**
 * Slots left out keep what they have.
 */
wants: Array<Want>,
/**
 * Whether to get as little as possible, one voice and no picture: at most 64 kbit/s. Left out, it
 * stays as it was said last.
 */
data_saver?: boolean, } | { "type": "set_sending",
/**
 * Oneself.
 */
participant: ParticipantId,
/**
 * What is sent now.
 */
sending: Sending, } | { "type": "decline_call",
/**
 * Which.
 */
call: CallId, } | { "type": "leave_call",
/**
 * Oneself.
 */
participant: ParticipantId, } | { "type": "end_call",
/**
 * Which.
 */
call: CallId, } | { "type": "ring_people",
/**
 * Which.
 */
call: CallId,
/**
 * At whom.
 */
people: Array<PersonId>, } | { "type": "call_history",
/**
 * Only calls before that, in ms since 1970; absent starts from the latest.
 */
until_ms: number | null,
/**
 * Only those that one has missed.
 */
missed: boolean,
/**
 * 1 to 100.
 */
limit: number, } | { "type": "set_hand",
/**
 * Whose.
 */
participant: ParticipantId,
/**
 * Which of the two.
 */
raised: boolean, } | { "type": "set_hold",
/**
 * Oneself.
 */
participant: ParticipantId,
/**
 * Which of the two.
 */
on_hold: boolean, } | { "type": "react_in_call",
/**
 * Oneself.
 */
participant: ParticipantId,
/**
 * Exactly one.
 */
emoji: string, } | { "type": "stop_sending",
/**
 * Which.
 */
call: CallId,
/**
 * Whose; absent means everybody who does not moderate.
 */
participant: ParticipantId | null,
/**
 * What of it; the sound of a screen goes with its picture.
 */
source: Source, } | { "type": "remove_from_call",
/**
 * Which.
 */
call: CallId,
/**
 * Whom.
 */
person: PersonId, } | { "type": "set_call_rules",
/**
 * Which.
 */
call: CallId,
/**
 * From now on.
 */
rules: CallRules, } | { "type": "create_invitation",
/**
 * What those who come by it will be: `member`, or `admin` when an owner invites.
 */
role: Role,
/**
 * Accounts that can be made by it, 1 to 100.
 */
uses: number,
/**
 * How long it is good, in seconds: a minute to 30 days.
 */
lifetime_s: number, } | { "type": "invitations" } | { "type": "revoke_invitation",
/**
 * Which.
 */
invitation: InvitationId, } | { "type": "create_guest_link",
/**
 * Into which.
 */
conversation: ConversationId,
/**
 * Guests who can come by it, 1 to 100.
 */
uses: number,
/**
 * How long it is good, in seconds: a minute to 30 days.
 */
lifetime_s: number, } | { "type": "guest_links",
/**
 * Of which.
 */
conversation: ConversationId, } | { "type": "revoke_guest_link",
/**
 * Into which.
 */
conversation: ConversationId,
/**
 * Which link.
 */
link: GuestLinkId, } | { "type": "admit_guest",
/**
 * Into which.
 */
conversation: ConversationId,
/**
 * Whom.
 */
person: PersonId, } | { "type": "refuse_guest",
/**
 * From which.
 */
conversation: ConversationId,
/**
 * Whom.
 */
person: PersonId, } | { "type": "set_role",
/**
 * Who.
 */
person: PersonId,
/**
 * `member`, `admin` or `owner`.
 */
role: Role, };

/**
 * One member's invitation to a call.
 */
export type Ring = {
/**
 * Whose.
 */
person: PersonId,
/**
 * What became of it.
 */
state: RingState,
/**
 * Until when it rings, in ms since 1970.
 */
until_ms: number,
/**
 * The person was in another call when it began to ring: it waits rather than rings.
 */
busy: boolean, };

/**
 * What became of an invitation.
 */
export type RingState = "ringing" | "accepted" | "declined" | "missed" | "removed";

/**
 * What a person may do in the whole place.
 */
export type Role = "deleted" | "guest" | "member" | "admin" | "owner";

/**
 * In what order they are told.
 */
export type SearchOrder = "latest" | "best";

/**
 * What a participant says it sends right now; the marks on its tile.
 */
export type Sending = {
/**
 * The microphone is on.
 */
microphone: boolean,
/**
 * The camera is on.
 */
camera: boolean,
/**
 * A screen is shared.
 */
screen: boolean, };

/**
 * A file that a message is to carry.
 */
export type SentFile = {
/**
 * Which: uploaded by oneself, all of it, and in no message yet.
 */
file: FileId,
/**
 * That it is a voice message; refused for what is no sound.
 */
voice?: Voice, };

/**
 * One frame from the server.
 */
export type ServerFrame = { "frame": "reply",
/**
 * As the device chose it.
 */
id: number,
/**
 * The outcome.
 */
reply: Reply, } | { "frame": "failure",
/**
 * As the device chose it.
 */
id: number | null,
/**
 * Why.
 */
failure: Failure, } | { "frame": "event",
/**
 * What.
 */
event: Event, };

/**
 * Body of `POST /api/setup`; answered by `SignedIn` and a cookie.
 */
export type SetUp = {
/**
 * As the server printed it when it started; case, spaces and dashes are ignored.
 */
code: string,
/**
 * What the place is called, 1 to 60 characters.
 */
place: string,
/**
 * The owner.
 */
account: NewAccount, };

/**
 * Answer of `GET /api/setup`.
 */
export type Setup = {
/**
 * Nobody has an account yet: `POST /api/setup` makes the first one, the owner's.
 */
needed: boolean,
/**
 * What the owner called the place; absent until then.
 */
place: string | null, };

/**
 * A source of a participant.
 */
export type Shown = {
/**
 * Whose.
 */
participant: ParticipantId,
/**
 * Which of what they send.
 */
source: Source, };

/**
 * Body of `POST /api/session`.
 */
export type SignIn = {
/**
 * Case is ignored.
 */
username: string,
/**
 * In the clear; TLS protects it on the way.
 */
password: string,
/**
 * `true` answers with a bearer token instead of a cookie, for programs.
 */
token: boolean, };

/**
 * One sign-in of a person, as they see it.
 */
export type SignInInfo = {
/**
 * Names it; no secret.
 */
id: string,
/**
 * How the browser or the program calls itself.
 */
user_agent: string,
/**
 * When, in ms since 1970.
 */
signed_in_at_ms: number,
/**
 * It is the one that asks.
 */
current: boolean,
/**
 * A device of it is connected now.
 */
online: boolean, };

/**
 * Answer of `GET /api/sessions`: where somebody is signed in, the latest first.
 */
export type SignIns = {
/**
 * All that are good.
 */
sessions: Array<SignInInfo>, };

/**
 * Answer of `POST /api/session` and `GET /api/session`.
 */
export type SignedIn = {
/**
 * Oneself.
 */
person: Person,
/**
 * The account slot of this browser; the tab names it in `?slot=` and `x-palabre-slot`.
 */
slot: number,
/**
 * Only when `token` was asked.
 */
token?: string, };

/**
 * What a slot carries.
 */
export type Slot = {
/**
 * The slot's `a=mid`.
 */
mid: string,
/**
 * What it carries; absent when it is empty.
 */
shown: Shown | null,
/**
 * Packets have been forwarded for `shown`; false while waiting for the first keyframe.
 */
live: boolean,
/**
 * Why nothing is forwarded although something is shown.
 */
paused: PauseReason | null, };

/**
 * A thing a participant can send.
 */
export type Source = "microphone" | "camera" | "screen" | "screen_audio";

/**
 * Says what one sending section of an offer carries.
 */
export type SourceSection = {
/**
 * The section's `a=mid` (RFC 8843).
 */
mid: string,
/**
 * What it carries.
 */
source: Source,
/**
 * Simulcast layers from small to large; empty for audio and for a single encoding.
 */
layers: Array<Layer>, };

/**
 * Messages that follow one another, by number; both ends are in it.
 */
export type Span = {
/**
 * The first.
 */
from_number: number,
/**
 * The last.
 */
to_number: number, };

/**
 * What a person chose to show.
 */
export type Status = "available" | "busy" | "away" | "invisible";

/**
 * How a part of a text is drawn.
 */
export type Style = { "kind": "bold" } | { "kind": "italic" } | { "kind": "strike" } | { "kind": "code" } | { "kind": "pre",
/**
 * Of what language: letters, digits, `+`, `-`, `#` and `.`; empty when unknown.
 */
language: string, } | { "kind": "quote" } | { "kind": "item",
/**
 * Its number in a numbered list.
 */
number: number | null, } | { "kind": "link",
/**
 * `http:`, `https:` or `mailto:`.
 */
url: string, } | { "kind": "mention",
/**
 * Whom.
 */
person: PersonId, };

/**
 * An earlier text of a message.
 */
export type Version = {
/**
 * What it said.
 */
content: Content,
/**
 * When it came to say so, in ms since 1970.
 */
written_at_ms: number, };

/**
 * What a recording looks like, as the device that made it has measured it.
 */
export type Voice = {
/**
 * How long it is, in ms; at most an hour.
 */
duration_ms: number,
/**
 * How loud its parts of the same length are, each 0 to 100; 1 to 64 of them.
 */
waveform: Array<number>, };

/**
 * A guest in the lobby.
 */
export type WaitingGuest = {
/**
 * Who.
 */
person: PersonId,
/**
 * As they call themselves; nobody has checked that.
 */
name: string,
/**
 * Since when, in ms since 1970.
 */
since_ms: number, };

/**
 * What a device wants in one of its video slots.
 */
export type Want = {
/**
 * The slot's `a=mid`.
 */
mid: string,
/**
 * Whose picture; absent leaves the slot empty.
 */
show: Shown | null,
/**
 * Width of the tile in device pixels.
 */
width: number,
/**
 * Height of the tile in device pixels.
 */
height: number, };

/**
 * What of one's picture somebody looks at.
 */
export type WantedSource = {
/**
 * The camera or the screen.
 */
source: Source,
/**
 * The simulcast layers to send, by `a=rid`; empty without simulcast, and while paused.
 */
rids: Array<string>,
/**
 * Nobody looks at it at all.
 */
paused: boolean, };

/**
 * Everything a device needs to draw its first screen, and what it missed.
 */
export type Welcome = {
/**
 * Oneself.
 */
me: Person,
/**
 * One's own choice, which others may not see.
 */
status: ChosenStatus,
/**
 * What one decided about oneself.
 */
preferences: Preferences,
/**
 * The key by which this server proves itself to push services (RFC 8292), in Base64 for URLs;
 * absent where push is switched off.
 */
push_key?: string,
/**
 * Those with whom leave to beep was asked for or given.
 */
beep_leaves?: Array<BeepLeave>,
/**
 * Everybody with an account, and those whose account was deleted.
 */
people: Array<Person>,
/**
 * Everybody who is not offline, and last seen of the others.
 */
presences: Array<Presence>,
/**
 * What the place is called; absent until its owner has said so.
 */
place: string | null,
/**
 * One's conversations.
 */
conversations: Array<Conversation>,
/**
 * What changed in the conversations the device said it knows. One that is left out has not
 * changed, or `last_seq` is above what the device knows: then it asks with `changes`.
 */
changes: Array<Changes>,
/**
 * What one keeps for oneself, as far as it has changed.
 */
personal: PersonalChanges,
/**
 * How one stands as a guest; absent for everybody else.
 */
guest?: GuestPass,
/**
 * Who waits to be let in where one may let them in.
 */
lobbies?: Array<Lobby>,
/**
 * What may be done here, and how much of it.
 */
limits: Limits,
/**
 * The server's clock, in ms since 1970.
 */
now_ms: number,
/**
 * The server's version; a change of it means that the web app is to be loaded again.
 */
version: string, };
