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
use palabre_signaling::presence::{Attendance, GRACE_MS};
use palabre_signaling::wire::{
    ConversationId, DeviceId, Event, Person, PersonId, Presence, Role, Status,
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
    /// Each guest, and whom they meet: nobody else knows of them, and they know of nobody else.
    circles: HashMap<PersonId, HashSet<PersonId>>,
    last_serial: u64,
}

#[derive(Debug)]
struct Online {
    status: Status,
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
}

impl People {
    /// Tells everybody of accounts that are new, such as those made by another program.
    pub(crate) fn introduce<'a>(&self, people: impl Iterator<Item = &'a Person>) {
        let registry = self.read();
        let strangers = people.filter(|person| {
            person.role != Role::Guest && !registry.introduced.contains(&person.id)
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
    /// number of the socket. `status` is what is stored and counts for the first device alone.
    pub(crate) fn arrive(
        &self,
        key: DeviceKey,
        session: SessionId,
        outbox: Outbox,
        status: Status,
    ) -> Result<u64, Refusal> {
        let mut registry = self.write();
        registry.last_serial += 1;
        let serial = registry.last_serial;
        let before = registry.presence(key.person);
        let online = registry.people.entry(key.person).or_insert_with(|| Online {
            status,
            typing_in: None,
            devices: HashMap::new(),
            left_at_ms: None,
        });
        let device = Device { serial, session, outbox };
        if online.devices.len() == MAX_DEVICES && !online.devices.contains_key(&key.device) {
            return Err(Refusal::TooManyDevices { limit: MAX_DEVICES });
        }
        if let Some(replaced) = online.devices.insert(key.device, device) {
            replaced.outbox.close(CloseReason::Replaced);
        }
        if let Some(left_at_ms) = online.left_at_ms.take() {
            registry.absences.remove(&(left_at_ms + GRACE_MS, key.person));
        }
        registry.tell_if_changed(before, None);
        Ok(serial)
    }

    /// Lets a socket go; a no-op when another one has replaced it.
    ///
    /// Whoever is left without a device counts as present for [`GRACE_MS`] more; then
    /// [`handle_timeout`](Self::handle_timeout) tells the others.
    pub(crate) fn depart(&self, key: DeviceKey, serial: u64, now_ms: i64) -> Departure {
        let mut registry = self.write();
        let Some(online) = registry.people.get_mut(&key.person) else {
            return Departure::default();
        };
        if online.devices.get(&key.device).is_none_or(|device| device.serial != serial) {
            return Departure::default();
        }
        online.devices.remove(&key.device);
        if !online.devices.is_empty() {
            return Departure { left: true, typing_in: None, last_seen_ms: None };
        }
        let last_seen_ms = (online.status != Status::Invisible).then_some(now_ms);
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
            let gone = registry.people.remove(&person);
            let gone = gone.filter(|online| online.status != Status::Invisible);
            registry.tell_if_changed(before, gone.and_then(|online| online.left_at_ms));
        }
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

    /// Changes what the person shows; returns where they were seen typing, if that must stop.
    pub(crate) fn set_status(&self, person: PersonId, status: Status) -> Option<ConversationId> {
        let mut registry = self.write();
        let before = registry.presence(person);
        let online = registry.people.get_mut(&person)?;
        online.status = status;
        let stopped = if status == Status::Invisible { online.typing_in.take() } else { None };
        registry.send(person, &Frame::new(Event::StatusChanged { status }));
        registry.tell_if_changed(before, None);
        stopped
    }

    /// Notes where the person types; returns whether others may know.
    pub(crate) fn set_typing(&self, person: PersonId, typing_in: Option<ConversationId>) -> bool {
        let mut registry = self.write();
        let Some(online) = registry.people.get_mut(&person) else { return false };
        if online.status == Status::Invisible {
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

    /// What others see of the person now, or `None` when the person is not present.
    pub(crate) fn presence(&self, person: PersonId) -> Option<Presence> {
        let registry = self.read();
        registry.people.contains_key(&person).then(|| registry.presence(person))
    }

    /// What the person chose, or `None` when the person is not present.
    pub(crate) fn status(&self, person: PersonId) -> Option<Status> {
        self.read().people.get(&person).map(|online| online.status)
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
        let online = self.people.get(&person);
        let attendance = Attendance {
            status: online.map_or_else(Status::default, |online| online.status),
            online: online.is_some(),
            last_seen_ms: None,
        };
        attendance.seen_by_others(person)
    }

    /// Tells everybody when the presence of a person differs from what it was `before`.
    fn tell_if_changed(&self, before: Presence, last_seen_ms: Option<i64>) {
        let presence = Presence { last_seen_ms, ..self.presence(before.person) };
        if presence != before {
            self.tell_of(presence.person, &Frame::new(Event::PresenceChanged { presence }));
        }
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

/// Devices of one person that may be connected at the same time; one more is refused.
pub(crate) const MAX_DEVICES: usize = 20;
