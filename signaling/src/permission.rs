//! What a person may do in the whole place.

use crate::error::Refusal;
use crate::wire::{Person, PersonId, Role};

/// Refuses whoever may not make an invitation for `role`, or one that is out of bounds.
pub fn check_invitation(by: Role, role: Role, uses: u32, lifetime_s: u32) -> Result<(), Refusal> {
    check_administration(by)?;
    match role {
        Role::Member => {}
        Role::Admin if by == Role::Owner => {}
        Role::Admin => return Err(Refusal::NotAllowed("only an owner may invite admins")),
        Role::Deleted | Role::Guest | Role::Owner => {
            return Err(Refusal::Malformed("people are invited as members or admins"));
        }
    }
    check_range("uses", uses, 1..=MAX_INVITATION_USES)?;
    check_range("lifetime_s", lifetime_s, MIN_LINK_LIFETIME_S..=MAX_LINK_LIFETIME_S)
}

/// Refuses whoever does not run the place.
pub fn check_administration(by: Role) -> Result<(), Refusal> {
    if Role::Admin <= by {
        Ok(())
    } else {
        Err(Refusal::NotAllowed("only an owner or an admin may do this"))
    }
}

/// Refuses whoever may not give `role` to the person who is `now`. `owners` are all of them.
pub fn check_role(by: Role, now: &Person, role: Role, owners: &[PersonId]) -> Result<(), Refusal> {
    if by != Role::Owner {
        return Err(Refusal::NotAllowed("only an owner may say who is an admin"));
    }
    if [now.role, role].iter().any(|role| matches!(role, Role::Guest | Role::Deleted)) {
        return Err(Refusal::Malformed("a guest has no account"));
    }
    if role != Role::Owner && owners == [now.id] {
        return Err(Refusal::LastOwner);
    }
    Ok(())
}

/// Refuses to delete the account of whoever is `now`. `owners` are all of them.
pub fn check_deletion(now: &Person, owners: &[PersonId]) -> Result<(), Refusal> {
    match now.role {
        Role::Guest | Role::Deleted => Err(Refusal::NoSuchPerson),
        Role::Owner if owners == [now.id] => Err(Refusal::LastOwner),
        Role::Member | Role::Admin | Role::Owner => Ok(()),
    }
}

/// Refuses what is out of `range`.
pub fn check_range(
    what: &'static str,
    value: u32,
    range: std::ops::RangeInclusive<u32>,
) -> Result<(), Refusal> {
    if range.contains(&value) {
        return Ok(());
    }
    let (least, most) = (u64::from(*range.start()), u64::from(*range.end()));
    Err(Refusal::OutOfRange { what, least, most })
}

/// Accounts that one invitation can make: a link that got out does no more harm than that.
pub const MAX_INVITATION_USES: u32 = 100;

/// Invitations that are good at the same time, in the whole place.
pub const MAX_INVITATIONS: u64 = 200;

/// Shortest life of a link, in seconds.
pub const MIN_LINK_LIFETIME_S: u32 = 60;

/// Longest life of a link, in seconds: 30 days. People forget the links they have sent.
pub const MAX_LINK_LIFETIME_S: u32 = 30 * 24 * 60 * 60;

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn admins_invite_members_and_owners_invite_admins_too() {
        let may = |by, role| check_invitation(by, role, 1, 3_600).is_ok();

        assert!(may(Role::Owner, Role::Admin) && may(Role::Owner, Role::Member));
        assert!(may(Role::Admin, Role::Member) && !may(Role::Admin, Role::Admin));
        assert!(!may(Role::Member, Role::Member) && !may(Role::Guest, Role::Member));
        assert!(!may(Role::Owner, Role::Owner) && !may(Role::Owner, Role::Guest));
    }

    #[test]
    fn an_invitation_ends_and_so_do_its_uses() {
        let refused = |uses, lifetime_s| {
            check_invitation(Role::Owner, Role::Member, uses, lifetime_s).is_err()
        };

        assert!(refused(0, 3_600) && refused(101, 3_600));
        assert!(refused(1, 59) && refused(1, MAX_LINK_LIFETIME_S + 1));
        assert!(!refused(100, 60));
    }

    #[test]
    fn the_last_owner_stays_one() {
        let ana = person(1, Role::Owner);
        let ben = person(2, Role::Member);

        assert!(check_role(Role::Owner, &ana, Role::Member, &[ana.id]).is_err());
        assert!(check_role(Role::Owner, &ana, Role::Member, &[ana.id, ben.id]).is_ok());
        assert!(check_role(Role::Owner, &ben, Role::Owner, &[ana.id]).is_ok());
        assert!(check_role(Role::Admin, &ben, Role::Admin, &[ana.id]).is_err());
        assert!(check_role(Role::Owner, &ben, Role::Guest, &[ana.id]).is_err());
        let guest = person(3, Role::Guest);
        assert!(check_role(Role::Owner, &guest, Role::Admin, &[ana.id]).is_err());
    }

    #[test]
    fn whoever_has_an_account_may_delete_it_but_the_last_owner() {
        let ana = person(1, Role::Owner);
        let ben = person(2, Role::Owner);

        assert_eq!(check_deletion(&ana, &[ana.id]), Err(Refusal::LastOwner));
        assert_eq!(check_deletion(&ana, &[ana.id, ben.id]), Ok(()));
        assert_eq!(check_deletion(&person(3, Role::Member), &[ana.id]), Ok(()));
        for role in [Role::Guest, Role::Deleted] {
            assert_eq!(check_deletion(&person(3, role), &[ana.id]), Err(Refusal::NoSuchPerson));
        }
    }

    fn person(id: u128, role: Role) -> Person {
        let (username, full_name) = (String::new(), String::new());
        Person { id: PersonId(Uuid::from_u128(id)), username, full_name, role, picture: None }
    }
}
