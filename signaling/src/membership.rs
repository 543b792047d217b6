//! Who is in a conversation, and what members may do about it.
//!
//! Anybody in a group may add people and give it another title; admins remove people, appoint
//! admins and say how long texts stay. A group has an admin as long as anybody is in it. Of two
//! people either says how long texts stay, and that is all that changes.

use crate::conversation::{MAX_MEMBERS, check_title};
use crate::error::Refusal;
use crate::permission::check_range;
use crate::wire::{Content, ConversationKind, PersonId};

/// Who is in a conversation and what it is called.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Membership {
    /// Direct, group or saved; it stays what it is.
    pub kind: ConversationKind,
    /// The group's title.
    pub title: String,
    /// Everybody in it, in the order they were added.
    pub members: Vec<PersonId>,
    /// Those of them who may remove others.
    pub admins: Vec<PersonId>,
    /// How long texts stay that are sent from now on, in seconds; `None` for ever.
    pub lifetime_s: Option<u32>,
}

/// What somebody wants to change about it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum MemberChange {
    /// People come in.
    Add(Vec<PersonId>),
    /// A guest comes in, who reads what is said from now on.
    Admit(PersonId),
    /// Somebody goes, who may be the person themselves.
    Remove(PersonId),
    /// Somebody becomes an admin, or is none any more.
    SetAdmin(PersonId, bool),
    /// The group has another title.
    Rename(String),
    /// Texts disappear so many seconds after they are sent, or stay.
    SetLifetime(Option<u32>),
}

impl Membership {
    /// Returns how it stands after what `actor` wants, and the notice that tells of it; `None` when
    /// it stands so already.
    pub fn after(
        &self,
        actor: PersonId,
        change: &MemberChange,
    ) -> Result<Option<(Self, Content)>, Refusal> {
        if !self.members.contains(&actor) {
            return Err(Refusal::NotAMember);
        }
        let is_for_groups = !matches!(change, MemberChange::SetLifetime(_));
        if is_for_groups && self.kind != ConversationKind::Group {
            return Err(Refusal::NotAllowed("only groups have members who come and go"));
        }
        let mut after = self.clone();
        let content = match change {
            MemberChange::Add(people) => after.add(people)?,
            MemberChange::Admit(person) => after.add(&[*person])?,
            MemberChange::Remove(person) => after.remove(actor, *person)?,
            MemberChange::SetAdmin(person, admin) => after.set_admin(actor, *person, *admin)?,
            MemberChange::Rename(title) => {
                after.title = check_title(title)?;
                let title = after.title.clone();
                (*self != after).then_some(Content::Renamed { title })
            }
            MemberChange::SetLifetime(lifetime_s) => after.set_lifetime(actor, *lifetime_s)?,
        };
        Ok(content.map(|content| (after, content)))
    }

    fn set_lifetime(
        &mut self,
        actor: PersonId,
        lifetime_s: Option<u32>,
    ) -> Result<Option<Content>, Refusal> {
        if self.kind == ConversationKind::Group {
            self.check_admin(actor)?;
        }
        if let Some(lifetime_s) = lifetime_s {
            check_range("lifetime_s", lifetime_s, MIN_LIFETIME_S..=MAX_LIFETIME_S)?;
        }
        let before = std::mem::replace(&mut self.lifetime_s, lifetime_s);
        Ok((before != lifetime_s).then_some(Content::LifetimeChanged { lifetime_s }))
    }

    fn add(&mut self, people: &[PersonId]) -> Result<Option<Content>, Refusal> {
        let mut added = Vec::new();
        for person in people {
            if !self.members.contains(person) {
                self.members.push(*person);
                added.push(*person);
            }
        }
        if MAX_MEMBERS < self.members.len() {
            return Err(Refusal::BadMembers { limit: MAX_MEMBERS - 1 });
        }
        Ok((!added.is_empty()).then_some(Content::MembersAdded { people: added }))
    }

    fn remove(&mut self, actor: PersonId, person: PersonId) -> Result<Option<Content>, Refusal> {
        if actor != person {
            self.check_admin(actor)?;
        }
        if !self.members.contains(&person) {
            return Ok(None);
        }
        self.members.retain(|other| *other != person);
        self.admins.retain(|other| *other != person);
        if self.admins.is_empty() {
            // Whoever has been in it longest looks after it now.
            self.admins.extend(self.members.first());
        }
        let left = actor == person;
        Ok(Some(if left { Content::MemberLeft } else { Content::MemberRemoved { person } }))
    }

    fn set_admin(
        &mut self,
        actor: PersonId,
        person: PersonId,
        admin: bool,
    ) -> Result<Option<Content>, Refusal> {
        self.check_admin(actor)?;
        if !self.members.contains(&person) {
            return Err(Refusal::NoSuchPerson);
        }
        if self.admins.contains(&person) == admin {
            return Ok(None);
        }
        if admin {
            self.admins.push(person);
        } else {
            self.admins.retain(|other| *other != person);
            if self.admins.is_empty() {
                return Err(Refusal::NotAllowed("name another admin first: there is always one"));
            }
        }
        Ok(Some(Content::AdminChanged { person, admin }))
    }

    fn check_admin(&self, actor: PersonId) -> Result<(), Refusal> {
        if self.admins.contains(&actor) {
            return Ok(());
        }
        Err(Refusal::NotAllowed("only an admin of the group may do this"))
    }
}

/// Shortest life of a text, in seconds: an hour, so that whoever looks up at noon reads the morning's.
pub const MIN_LIFETIME_S: u32 = 60 * 60;

/// Longest life of a text, in seconds: a year of 366 days.
pub const MAX_LIFETIME_S: u32 = 366 * 24 * 60 * 60;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn anybody_adds_people_and_those_who_are_in_are_left_alone() {
        let (after, content) =
            kitchen().after(BEN, &MemberChange::Add(vec![ANA, DAN])).unwrap().unwrap();

        assert_eq!(after.members, [ANA, BEN, CLO, DAN]);
        assert_eq!(content, Content::MembersAdded { people: vec![DAN] });
        assert_eq!(after.after(CLO, &MemberChange::Add(vec![DAN])), Ok(None));
        let crowd = (0..498).map(|n| PersonId(Uuid::from_u128(100 + n))).collect();
        let refused = kitchen().after(ANA, &MemberChange::Add(crowd));
        assert!(matches!(refused, Err(Refusal::BadMembers { .. })));
    }

    #[test]
    fn admins_remove_others_and_everybody_may_leave() {
        let refused = kitchen().after(BEN, &MemberChange::Remove(CLO));
        assert!(matches!(refused, Err(Refusal::NotAllowed(_))));

        let (after, content) = kitchen().after(ANA, &MemberChange::Remove(CLO)).unwrap().unwrap();
        assert_eq!(content, Content::MemberRemoved { person: CLO });
        assert_eq!(after.members, [ANA, BEN]);
        assert_eq!(after.after(CLO, &MemberChange::Remove(CLO)), Err(Refusal::NotAMember));
        let (_, content) = after.after(BEN, &MemberChange::Remove(BEN)).unwrap().unwrap();
        assert_eq!(content, Content::MemberLeft);
    }

    #[test]
    fn a_group_whose_last_admin_leaves_gets_another() {
        let (after, _) = kitchen().after(ANA, &MemberChange::Remove(ANA)).unwrap().unwrap();
        assert_eq!(after.admins, [BEN]);

        let alone = after.after(BEN, &MemberChange::SetAdmin(BEN, false));
        assert!(matches!(alone, Err(Refusal::NotAllowed(_))));
        let stranger = after.after(BEN, &MemberChange::SetAdmin(DAN, true));
        assert_eq!(stranger, Err(Refusal::NoSuchPerson));
    }

    #[test]
    fn two_people_stay_two() {
        let direct = Membership {
            kind: ConversationKind::Direct,
            members: vec![ANA, BEN],
            admins: vec![],
            ..kitchen()
        };
        for change in [
            MemberChange::Add(vec![CLO]),
            MemberChange::Remove(ANA),
            MemberChange::Rename(String::from("x")),
        ] {
            assert!(matches!(direct.after(ANA, &change), Err(Refusal::NotAllowed(_))));
        }
    }

    #[test]
    fn admins_say_how_long_texts_stay_and_of_two_people_either() {
        let day = |lifetime_s| MemberChange::SetLifetime(lifetime_s);
        assert!(matches!(kitchen().after(BEN, &day(Some(DAY_S))), Err(Refusal::NotAllowed(_))));
        assert!(matches!(kitchen().after(ANA, &day(Some(1))), Err(Refusal::OutOfRange { .. })));

        let (after, content) = kitchen().after(ANA, &day(Some(DAY_S))).unwrap().unwrap();
        assert_eq!(content, Content::LifetimeChanged { lifetime_s: Some(DAY_S) });
        assert_eq!(after.after(ANA, &day(Some(DAY_S))), Ok(None));
        let (_, content) = after.after(ANA, &day(None)).unwrap().unwrap();
        assert_eq!(content, Content::LifetimeChanged { lifetime_s: None });

        let direct = Membership { kind: ConversationKind::Direct, admins: vec![], ..kitchen() };
        assert!(direct.after(BEN, &day(Some(DAY_S))).unwrap().is_some());
        assert_eq!(direct.after(DAN, &day(None)), Err(Refusal::NotAMember));
    }

    #[test]
    fn a_title_that_is_none_is_refused_and_the_same_one_is_no_change() {
        let rename = |title: &str| kitchen().after(CLO, &MemberChange::Rename(String::from(title)));

        assert!(matches!(rename("\u{202e}"), Err(Refusal::BadTitle { .. })));
        assert_eq!(rename(" Kitchen "), Ok(None));
        let (after, content) = rename("Cuisine").unwrap().unwrap();
        assert_eq!(content, Content::Renamed { title: after.title });
    }

    proptest! {
        #[test]
        fn whatever_happens_nobody_is_in_it_twice_and_somebody_looks_after_it(
            steps in prop::collection::vec((0u128..5, 0u128..4, 0u128..5, any::<bool>()), 0..40),
        ) {
            let mut group = kitchen();
            for (actor, what, whom, on) in steps {
                let [actor, whom] = [actor, whom].map(|n| PersonId(Uuid::from_u128(n)));
                let change = match what {
                    0 => MemberChange::Add(vec![whom, whom]),
                    1 => MemberChange::Remove(whom),
                    2 => MemberChange::SetAdmin(whom, on),
                    _ => MemberChange::Rename(format!("{whom}")),
                };
                if let Ok(Some((after, _))) = group.after(actor, &change) {
                    prop_assert_ne!(&after, &group);
                    group = after;
                }
                let mut members = group.members.clone();
                members.sort();
                members.dedup();
                prop_assert_eq!(members.len(), group.members.len());
                prop_assert!(group.admins.iter().all(|admin| group.members.contains(admin)));
                prop_assert_eq!(group.members.is_empty(), group.admins.is_empty());
            }
        }
    }

    fn kitchen() -> Membership {
        Membership {
            kind: ConversationKind::Group,
            title: String::from("Kitchen"),
            members: vec![ANA, BEN, CLO],
            admins: vec![ANA],
            lifetime_s: None,
        }
    }

    const DAY_S: u32 = 24 * 60 * 60;
    const ANA: PersonId = PersonId(Uuid::from_u128(1));
    const BEN: PersonId = PersonId(Uuid::from_u128(2));
    const CLO: PersonId = PersonId(Uuid::from_u128(3));
    const DAN: PersonId = PersonId(Uuid::from_u128(4));
}
