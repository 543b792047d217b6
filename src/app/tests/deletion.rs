//! What stays of somebody whose account is deleted, and what does not.

use palabre_signaling::wire::{KeepChange, KeptDraft, Preferences};

use super::*;

#[tokio::test]
async fn whoever_is_gone_leaves_what_they_said_and_nothing_else() {
    let server = Server::start().await;
    let ([mut ana, ben, mut clo], kitchen) = server.kitchen().await;
    let said = clo.send(kitchen, "the trucks leave at six").await;
    let direct = clo.direct(ana.person).await.id;
    let written = clo.send(direct, "between us").await;
    let saved = clo.conversation(Request::OpenSaved).await.id;
    clo.send(saved, "my secret").await;
    clo.done(Request::StarMessage { conversation: kitchen, message: said.id, starred: true }).await;
    let draft = Some(KeptDraft { text: String::from("begun"), quote: None, quote_number: None });
    clo.done(Request::Keep { conversation: kitchen, change: KeepChange::Draft { draft } }).await;
    clo.done(Request::SetBeepLeave { person: ana.person, given: true }).await;
    let preferences = Preferences { reads_privately: true, ..Preferences::default() };
    clo.done(Request::SetPreferences { preferences }).await;
    let call = ana.start_call(kitchen).await;
    clo.join(call.id).await;

    server.app.delete_account(clo.person).await.unwrap();

    assert_eq!(clo.closed().await, CloseReason::Revoked);
    let gone = Person {
        id: clo.person,
        username: String::new(),
        full_name: String::new(),
        role: Role::Deleted,
        picture: None,
    };
    let told = Event::PersonChanged { person: gone.clone() };
    ana.until(|event| *event == told).await;
    let left = ana.until(|it| matches!(it, Event::MessageChanged { message } if message.content == Content::MemberLeft)).await;
    assert!(matches!(left, Event::MessageChanged { message } if message.sender == clo.person));
    let group = server.device(ana.person, 2).await.welcome;
    let [kitchen_now, direct_now] = [kitchen, direct]
        .map(|id| group.conversations.iter().find(|it| it.id == id).unwrap().clone());
    assert_eq!(kitchen_now.members, [ana.person, ben.person]);
    assert!(kitchen_now.call.is_none_or(|call| call.participants.is_empty()));
    assert!(direct_now.members.contains(&clo.person));
    assert!(group.people.contains(&gone));
    assert!(group.beep_leaves.is_empty());
    assert!(group.presences.iter().all(|it| it.person != clo.person));
    assert!(ben.history(kitchen).await.contains(&said));
    assert_eq!(ana.found("between").await, ["between us"]);
    assert!(ana.history(direct).await.contains(&written));
    assert!(server.store.conversation(saved).await.unwrap().is_none());
    assert!(server.store.person_by_username("clo").await.unwrap().is_none());
    let personal = server.store.resume(clo.person, &[], None).await.unwrap().personal;
    assert!(personal.conversations.is_empty() && personal.marks.is_empty());
    assert!(server.store.preferences().await.unwrap().is_empty());
    // The name is free, and whoever takes it is somebody else.
    let heir = server.account("clo").await;
    assert_ne!(heir.id, clo.person);
}

#[tokio::test]
async fn nobody_writes_to_or_calls_or_adds_whoever_is_gone() {
    let server = Server::start().await;
    let ana = server.member("ana").await;
    let ben = server.member("ben").await;
    let direct = ana.direct(ben.person).await.id;
    let group = ana.create_group("Kitchen", &[]).await.id;

    server.app.delete_account(ben.person).await.unwrap();

    let later = server.restart(Duration::from_secs(1)).await;
    let ana = later.device(ana.person, 3).await;
    let call = Request::StartCall { conversation: direct, media: Media::Audio };
    for request in [Request::text(direct, client_id_of(1), "are you there"), call] {
        assert_eq!(ana.refused(request).await, FailureCode::AccountDeleted);
    }
    let add = Request::AddMembers { conversation: group, people: vec![ben.person] };
    assert_eq!(ana.refused(add).await, FailureCode::NoSuchPerson);
    let again = later.app.delete_account(ben.person).await.map_err(Failure::from);
    assert_eq!(again.unwrap_err().code, FailureCode::NoSuchPerson);
}

#[tokio::test]
async fn a_deletion_that_the_server_did_not_finish_is_finished_by_the_next_start() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    server.store.delete_account(ana.person).await.unwrap().unwrap();

    let server = server.restart(Duration::from_secs(1)).await;

    let mut ben = server.device(ben.person, 2).await;
    let stays = |it: &Conversation| it.id == kitchen && it.members.contains(&ana.person);
    if ben.welcome.conversations.iter().any(stays) {
        ben.until(|event| matches!(event, Event::ConversationChanged { conversation } if !stays(conversation))).await;
    }
    // Whoever has been in it longest looks after it now.
    let group = server.store.conversation(kitchen).await.unwrap().unwrap();
    assert_eq!(group.admins, [ben.person]);
}
