//! Who is connected, on which devices, and what others see of it.
//!
//! This is the one registry that every part of the server sends events through. It is behind a lock
//! and not a task, so that sending to five hundred people is one step without a hop; nothing waits
//! while the lock is held. Presence is decided and sent under the lock, so everybody gets the same
//! changes in the same order.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use palabre_signaling::budget::Budget;
use palabre_signaling::error::Refusal;
use palabre_signaling::presence::{Activity, Attendance, GRACE_MS};
use palabre_signaling::wire::{
    CallId, ChosenStatus, ConversationId, DeviceId, Event, Person, PersonId, Preferences, Presence,
    Role, Status,
};
use tokio::sync::Notify;

use crate::outbox::{CloseReason, Frame, Outbox};
use crate::store::SessionId;

/// The people who are connected, or were until a moment ago.
#[derive(Debug, Default)]
pub(crate) struct People {
    registry: RwLock<Registry>,
    /// Wakes whoever waits for the next absence.
    first_absence: Notify,
}

/// Names a device of a person.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) struct DeviceKey {
    /// Whose.
    pub(crate) person: PersonId,
    /// Which of theirs; unique together with the person only, because devices choose it.
    pub(crate) device: DeviceId,
}

/// What remains to be done after a device has left.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Departure {
    /// The device is gone for good; false when another socket has replaced it meanwhile.
    pub(crate) left: bool,
    /// Where the person was typing, if that was their last device.
    pub(crate) typing_in: Option<ConversationId>,
    /// When the person was last seen, if that was their last device and others may know.
    pub(crate) last_seen_ms: Option<i64>,
}

#[derive(Debug, Default)]
struct Registry {
    people: HashMap<PersonId, Online>,
    /// Those without a device who still count as present, by the time at which that ends.
    absences: BTreeSet<(i64, PersonId)>,
    /// What everybody may have others hear of; one for each account that has asked for something.
    budgets: HashMap<PersonId, Budget>,
    /// Everybody whose account has been told of.
    introduced: HashSet<PersonId>,
    /// Whose accounts were deleted.
    deleted: HashSet<PersonId>,
    /// Each guest, and whom they meet: nobody else knows of them, and they know of nobody else.
    circles: HashMap<PersonId, HashSet<PersonId>>,
    /// What each person decided about themselves; those who decided nothing are left out.
    preferences: HashMap<PersonId, Preferences>,
    /// Who has a seat in each call under way.
    seated: HashMap<CallId, HashSet<PersonId>>,
    /// In how many calls each person has a seat.
    calls: HashMap<PersonId, usize>,
    last_serial: u64,
}

#[derive(Debug)]
struct Online {
    chosen: ChosenStatus,
    /// When the person was last seen before this, or hid, in ms since 1970.
    last_seen_ms: Option<i64>,
    typing_in: Option<ConversationId>,
    devices: HashMap<DeviceId, Device>,
    /// When the last device left, in ms since 1970; absent while there is one.
    left_at_ms: Option<i64>,
}

#[derive(Debug)]
struct Device {
    /// Tells sockets of the same device apart.
    serial: u64,
    session: SessionId,
    outbox: Outbox,
    /// A page of it can be seen.
    visible: bool,
    /// It was not used for a while.
    idle: bool,
}

/// A change of status, and what remains to be done about it.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct StatusChange {
    /// Where the person was seen typing, if that must stop.
    pub(crate) typing_in: Option<ConversationId>,
    /// When the person is to have been seen last, if they have hidden.
    pub(crate) last_seen_ms: Option<i64>,
}

impl People {
    /// Tells everybody of accounts that are new, such as those made by another program.
    pub(crate) fn introduce<'a>(&self, people: impl Iterator<Item = &'a Person>) {
        let registry = self.read();
        let strangers = people.filter(|person| {
            !matches!(person.role, Role::Guest | Role::Deleted)
                && !registry.introduced.contains(&person.id)
        });
        let strangers: Vec<Person> = strangers.cloned().collect();
        drop(registry);
        if strangers.is_empty() {
            return;
        }
        let mut registry = self.write();
        for person in strangers {
            if registry.introduced.insert(person.id) {
                let id = person.id;
                registry.tell_of(id, &Frame::new(Event::PersonChanged { person }));
            }
        }
    }

    /// Takes in whose accounts were deleted.
    pub(crate) fn introduce_deleted(&self, people: impl IntoIterator<Item = PersonId>) {
        self.write().deleted.extend(people);
    }

    /// Forgets what is known of somebody but who they were, and tells everybody that their account
    /// is deleted. Their sockets are closed by their sessions.
    pub(crate) fn delete(&self, person: Person) {
        let id = person.id;
        let mut registry = self.write();
        registry.deleted.insert(id);
        registry.preferences.remove(&id);
        registry.budgets.remove(&id);
        if let Some(online) = registry.people.get_mut(&id) {
            // Nothing more is told of them than that they are gone.
            (online.chosen, online.last_seen_ms) = (ChosenStatus::default(), None);
        }
        registry.tell_of(id, &Frame::new(Event::PersonChanged { person }));
    }

    /// Whether one of these people has had their account deleted.
    pub(crate) fn is_any_deleted(&self, people: &[PersonId]) -> bool {
        let registry = self.read();
        people.iter().any(|person| registry.deleted.contains(person))
    }

    /// Takes in all guests, each with somebody whom they meet, or with nobody.
    pub(crate) fn introduce_guests(
        &self,
        met: impl IntoIterator<Item = (PersonId, Option<PersonId>)>,
    ) {
        let mut registry = self.write();
        for (guest, other) in met {
            registry.circles.entry(guest).or_default().extend(other);
        }
    }

    /// Makes somebody a guest who meets those given, and nobody else.
    pub(crate) fn set_circle(&self, guest: PersonId, circle: &[PersonId]) {
        self.write().circles.insert(guest, circle.iter().copied().collect());
    }

    /// Makes a guest one of all.
    pub(crate) fn forget_guest(&self, guest: PersonId) {
        self.write().circles.remove(&guest);
    }

    /// Whether somebody is a guest.
    pub(crate) fn is_guest(&self, person: PersonId) -> bool {
        self.read().circles.contains_key(&person)
    }

    /// Whether somebody is a guest who is in no group.
    pub(crate) fn waits(&self, person: PersonId) -> bool {
        self.read().circles.get(&person).is_some_and(HashSet::is_empty)
    }

    /// Takes a device in, in place of an earlier socket of the same device; returns the serial
    /// number of the socket. `chosen` and `last_seen_ms` are what is stored and count for the first
    /// device alone.
    pub(crate) fn arrive(
        &self,
        key: DeviceKey,
        session: SessionId,
        outbox: Outbox,
        chosen: ChosenStatus,
        last_seen_ms: Option<i64>,
    ) -> Result<u64, Refusal> {
        let mut registry = self.write();
        registry.last_serial += 1;
        let serial = registry.last_serial;
        let before = registry.presence(key.person);
        let online = registry.people.entry(key.person).or_insert_with(|| Online {
            chosen,
            last_seen_ms,
            typing_in: None,
            devices: HashMap::new(),
            left_at_ms: None,
        });
        let device = Device { serial, session, outbox, visible: false, idle: false };
        if online.devices.len() == MAX_DEVICES && !online.devices.contains_key(&key.device) {
            return Err(Refusal::TooManyDevices { limit: MAX_DEVICES });
        }
        if let Some(replaced) = online.devices.insert(key.device, device) {
            replaced.outbox.close(CloseReason::Replaced);
        }
        if let Some(left_at_ms) = online.left_at_ms.take() {
            registry.absences.remove(&(left_at_ms + GRACE_MS, key.person));
        }
        registry.tell_if_changed(&before, None);
        Ok(serial)
    }

    /// Lets a socket go; a no-op when another one has replaced it.
    ///
    /// Whoever is left without a device counts as present for [`GRACE_MS`] more; then
    /// [`handle_timeout`](Self::handle_timeout) tells the others.
    pub(crate) fn depart(&self, key: DeviceKey, serial: u64, now_ms: i64) -> Departure {
        let mut registry = self.write();
        let before = registry.presence(key.person);
        let Some(online) = registry.people.get_mut(&key.person) else {
            return Departure::default();
        };
        if online.devices.get(&key.device).is_none_or(|device| device.serial != serial) {
            return Departure::default();
        }
        online.devices.remove(&key.device);
        if !online.devices.is_empty() {
            // The one that is in use may have been this one.
            registry.tell_if_changed(&before, None);
            return Departure { left: true, typing_in: None, last_seen_ms: None };
        }
        let last_seen_ms = (online.chosen.status != Status::Invisible).then_some(now_ms);
        let typing_in = online.typing_in.take();
        online.left_at_ms = Some(now_ms);
        if registry.absences.is_empty() {
            self.first_absence.notify_one();
        }
        registry.absences.insert((now_ms + GRACE_MS, key.person));
        Departure { left: true, typing_in, last_seen_ms }
    }

    /// Waits until somebody counts as present without a device; returns until when, in ms since
    /// 1970. Whoever leaves later counts for longer, so nothing is due before.
    pub(crate) async fn next_absence(&self) -> i64 {
        loop {
            let first = self.read().absences.first().copied();
            if let Some((until_ms, _)) = first {
                return until_ms;
            }
            self.first_absence.notified().await;
        }
    }

    /// Tells everybody of those who have been without a device for too long to count as present.
    pub(crate) fn handle_timeout(&self, now_ms: i64) {
        let mut registry = self.write();
        while let Some(&(until_ms, person)) = registry.absences.first()
            && until_ms <= now_ms
        {
            registry.absences.pop_first();
            let before = registry.presence(person);
            let Some(gone) = registry.people.remove(&person) else { continue };
            registry.tell_if_changed(&before, Some(&gone));
        }
    }

    /// The sessions by which devices of a person are connected.
    pub(crate) fn sessions_of(&self, person: PersonId) -> HashSet<SessionId> {
        let registry = self.read();
        let devices = registry.people.get(&person).map(|online| online.devices.values());
        devices.into_iter().flatten().map(|device| device.session).collect()
    }

    /// Closes the sockets of a session.
    pub(crate) fn close(&self, session: SessionId, reason: CloseReason) {
        let registry = self.read();
        let devices = registry.people.values().flat_map(|online| online.devices.values());
        devices
            .filter(|device| device.session == session)
            .for_each(|device| device.outbox.close(reason));
    }

    /// Closes the sockets of a person.
    pub(crate) fn close_person(&self, person: PersonId, reason: CloseReason) {
        if let Some(online) = self.read().people.get(&person) {
            online.devices.values().for_each(|device| device.outbox.close(reason));
        }
    }

    /// Whether any device of the person has a socket.
    pub(crate) fn has_devices(&self, person: PersonId) -> bool {
        self.read().people.get(&person).is_some_and(|online| !online.devices.is_empty())
    }

    /// Closes every socket.
    pub(crate) fn close_all(&self, reason: CloseReason) {
        for online in self.read().people.values() {
            online.devices.values().for_each(|device| device.outbox.close(reason));
        }
    }

    /// Changes what the person shows. Whoever hides is to look as if they had left: seen last when
    /// somebody who is told to be gone now would have been.
    pub(crate) fn set_status(
        &self,
        person: PersonId,
        chosen: ChosenStatus,
        stored_last_seen_ms: Option<i64>,
        now_ms: i64,
    ) -> StatusChange {
        let mut registry = self.write();
        let before = registry.presence(person);
        let Some(online) = registry.people.get_mut(&person) else {
            let (activity, last_seen_ms) = (Activity::Gone, stored_last_seen_ms);
            let attendance = Attendance { chosen: &chosen, activity, last_seen_ms };
            registry.tell_presence(&attendance.seen_by_others(person));
            return StatusChange::default();
        };
        let hides = chosen.status == Status::Invisible && online.chosen.status != Status::Invisible;
        let last_seen_ms = hides.then_some(now_ms - GRACE_MS);
        online.last_seen_ms = last_seen_ms.or(online.last_seen_ms);
        online.chosen = chosen.clone();
        let typing_in = online.typing_in.take_if(|_| hides);
        registry.send(person, &Frame::new(Event::StatusChanged { status: chosen }));
        registry.tell_if_changed(&before, None);
        StatusChange { typing_in, last_seen_ms }
    }

    /// Takes in what people have decided about themselves.
    pub(crate) fn introduce_preferences(
        &self,
        known: impl IntoIterator<Item = (PersonId, Preferences)>,
    ) {
        self.write().preferences.extend(known);
    }

    /// Changes what a person decided about themselves, and tells their devices. Others see it from
    /// the next time on that there is something to see.
    pub(crate) fn set_preferences(&self, person: PersonId, preferences: Preferences) {
        let mut registry = self.write();
        registry.preferences.insert(person, preferences.clone());
        registry.send(person, &Frame::new(Event::PreferencesChanged { preferences }));
    }

    /// What a person decided about themselves.
    pub(crate) fn preferences(&self, person: PersonId) -> Preferences {
        self.read().preferences.get(&person).cloned().unwrap_or_default()
    }

    /// Those of some people who neither tell what they have read nor are told.
    pub(crate) fn private_readers(&self, of: &[PersonId]) -> HashSet<PersonId> {
        let registry = self.read();
        let is_private = |person: &&PersonId| {
            registry.preferences.get(*person).is_some_and(|it| it.reads_privately)
        };
        of.iter().filter(is_private).copied().collect()
    }

    /// Whether the person looks at one of their devices: what happens needs no notice then.
    pub(crate) fn is_looking(&self, person: PersonId) -> bool {
        let registry = self.read();
        let online = registry.people.get(&person);
        online.is_some_and(|online| online.devices.values().any(|device| device.visible))
    }

    /// Whether the person looks at a device of one sign-in.
    pub(crate) fn is_looked_at(&self, person: PersonId, session: SessionId) -> bool {
        let registry = self.read();
        let looked_at = |device: &Device| device.visible && device.session == session;
        registry.people.get(&person).is_some_and(|it| it.devices.values().any(looked_at))
    }

    /// Notes whether the person looks at a device and uses it.
    pub(crate) fn set_attention(&self, key: DeviceKey, visible: bool, idle: bool) {
        let mut registry = self.write();
        let before = registry.presence(key.person);
        let online = registry.people.get_mut(&key.person);
        if let Some(device) = online.and_then(|it| it.devices.get_mut(&key.device)) {
            (device.visible, device.idle) = (visible, idle);
            registry.tell_if_changed(&before, None);
        }
    }

    /// Notes who has a seat in a call; nobody when it is over.
    pub(crate) fn set_seated(&self, call: CallId, people: HashSet<PersonId>) {
        let mut registry = self.write();
        let were = registry.seated.remove(&call).unwrap_or_default();
        for person in were.symmetric_difference(&people) {
            let before = registry.presence(*person);
            let calls = registry.calls.entry(*person).or_default();
            *calls = if people.contains(person) { *calls + 1 } else { calls.saturating_sub(1) };
            if *calls == 0 {
                registry.calls.remove(person);
            }
            registry.tell_if_changed(&before, None);
        }
        if !people.is_empty() {
            registry.seated.insert(call, people);
        }
    }

    /// Notes where the person types; returns whether others may know.
    pub(crate) fn set_typing(&self, person: PersonId, typing_in: Option<ConversationId>) -> bool {
        let mut registry = self.write();
        let Some(online) = registry.people.get_mut(&person) else { return false };
        if online.chosen.status == Status::Invisible {
            return false;
        }
        online.typing_in = typing_in;
        true
    }

    /// Takes `cost` off what the person may have others hear of; all devices share that.
    pub(crate) fn spend(&self, person: PersonId, now_ms: i64, cost: u32) -> Result<(), Refusal> {
        if cost == 0 {
            return Ok(());
        }
        let mut registry = self.write();
        registry.budgets.entry(person).or_default().spend(now_ms, cost)
    }

    /// What `viewer` sees of a person; `stored` is what the store knows of one who is not present.
    pub(crate) fn presence_for(
        &self,
        viewer: PersonId,
        person: PersonId,
        stored: Attendance<'_>,
    ) -> Presence {
        let registry = self.read();
        let presence = match registry.people.contains_key(&person) {
            true => registry.presence(person),
            false => stored.seen_by_others(person),
        };
        registry.withhold(presence, viewer)
    }

    /// Tells people how somebody is present, if they are.
    pub(crate) fn tell_presence_to(&self, viewers: &[PersonId], person: PersonId) {
        let registry = self.read();
        if !registry.people.contains_key(&person) {
            return;
        }
        for viewer in viewers {
            let presence = registry.withhold(registry.presence(person), *viewer);
            registry.send(*viewer, &Frame::new(Event::PresenceChanged { presence }));
        }
    }

    /// What the person chose, or `None` when the person is not present.
    pub(crate) fn status(&self, person: PersonId) -> Option<ChosenStatus> {
        self.read().people.get(&person).map(|online| online.chosen.clone())
    }

    /// Whether the device has a socket.
    pub(crate) fn is_connected(&self, key: DeviceKey) -> bool {
        let registry = self.read();
        registry.people.get(&key.person).is_some_and(|it| it.devices.contains_key(&key.device))
    }

    /// Sends an event to all devices of the people given.
    pub(crate) fn send(&self, people: impl IntoIterator<Item = PersonId>, frame: &Frame) {
        let registry = self.read();
        people.into_iter().for_each(|person| registry.send(person, frame));
    }

    /// Sends an event about a person to everybody who knows them.
    pub(crate) fn tell_of(&self, person: PersonId, event: Event) {
        self.read().tell_of(person, &Frame::new(event));
    }

    /// Sends an event to one device.
    pub(crate) fn send_to_device(&self, key: DeviceKey, frame: &Frame) {
        let registry = self.read();
        let online = registry.people.get(&key.person);
        if let Some(device) = online.and_then(|online| online.devices.get(&key.device)) {
            device.outbox.try_send(frame);
        }
    }

    /// How many people have a device that is connected.
    pub(crate) fn count_connected(&self) -> usize {
        self.read().people.values().filter(|online| !online.devices.is_empty()).count()
    }

    fn read(&self) -> RwLockReadGuard<'_, Registry> {
        // Nothing in here panics half-way through a change.
        self.registry.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Registry> {
        self.registry.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Registry {
    fn presence(&self, person: PersonId) -> Presence {
        match self.people.get(&person) {
            Some(online) => self.presence_as(person, &online.chosen),
            None => self.presence_as(person, &ChosenStatus::default()),
        }
    }

    /// The presence of a person who has chosen that.
    fn presence_as(&self, person: PersonId, chosen: &ChosenStatus) -> Presence {
        let online = self.people.get(&person);
        let activity = match online {
            None => Activity::Gone,
            Some(_) if self.calls.contains_key(&person) => Activity::InCall,
            // Without a device there is nothing to tell that it is not used.
            Some(online) if online.is_idle() => Activity::Idle,
            Some(_) => Activity::Active,
        };
        let last_seen_ms = online.and_then(|online| online.last_seen_ms);
        Attendance { chosen, activity, last_seen_ms }.seen_by_others(person)
    }

    /// Tells everybody when the presence of a person differs from what it was `before`; `gone` is
    /// what was kept of one who is not present any more.
    fn tell_if_changed(&self, before: &Presence, gone: Option<&Online>) {
        let presence = match gone {
            Some(gone) => {
                let left_at_ms =
                    gone.left_at_ms.filter(|_| gone.chosen.status != Status::Invisible);
                let last_seen_ms = left_at_ms.or(gone.last_seen_ms);
                Attendance { chosen: &gone.chosen, activity: Activity::Gone, last_seen_ms }
                    .seen_by_others(before.person)
            }
            None => self.presence(before.person),
        };
        if presence != *before {
            self.tell_presence(&presence);
        }
    }

    fn tell_presence(&self, presence: &Presence) {
        let frame = |presence| Frame::new(Event::PresenceChanged { presence });
        let hidden = Presence { last_seen_ms: None, ..presence.clone() };
        let (whole, hidden) = (frame(presence.clone()), frame(hidden));
        let hides = self.hides_last_seen(presence.person);
        for other in self.people.keys().filter(|other| self.knows(**other, presence.person)) {
            let withheld = hides || self.hides_last_seen(*other);
            self.send(*other, if withheld { &hidden } else { &whole });
        }
    }

    /// Takes out of a presence what `viewer` is not to see: whoever does not tell is not told.
    fn withhold(&self, mut presence: Presence, viewer: PersonId) -> Presence {
        if self.hides_last_seen(presence.person) || self.hides_last_seen(viewer) {
            presence.last_seen_ms = None;
        }
        presence
    }

    fn hides_last_seen(&self, person: PersonId) -> bool {
        self.preferences.get(&person).is_some_and(|it| it.hides_last_seen)
    }

    fn tell_of(&self, person: PersonId, frame: &Frame) {
        let knowing = self.people.keys().filter(|other| self.knows(**other, person));
        knowing.for_each(|other| self.send(*other, frame));
    }

    /// Whether `one` knows of `other`, as far as guests are concerned.
    fn knows(&self, one: PersonId, other: PersonId) -> bool {
        let meets = |guest, met| self.circles.get(&guest).is_none_or(|it| it.contains(&met));
        one == other || (meets(one, other) && meets(other, one))
    }

    fn send(&self, person: PersonId, frame: &Frame) {
        if let Some(online) = self.people.get(&person) {
            online.devices.values().for_each(|device| device.outbox.try_send(frame));
        }
    }
}

impl Online {
    /// Whether no device of the person was used lately.
    fn is_idle(&self) -> bool {
        !self.devices.is_empty() && self.devices.values().all(|device| device.idle)
    }
}

/// Devices of one person that may be connected at the same time; one more is refused.
pub(crate) const MAX_DEVICES: usize = 20;
