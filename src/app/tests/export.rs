//! One export of a person at a time.

use palabre_signaling::error::Refusal;

use super::Server;
use crate::error::RequestError;

#[tokio::test]
async fn a_person_has_one_export_at_a_time_until_it_is_over_or_given_up() {
    let server = Server::start().await;
    let ana = server.member("ana").await;
    let ben = server.member("ben").await;

    let first = server.app.export(ana.person, ana.session).await.unwrap();

    let second = server.app.export(ana.person, ana.session).await;
    assert!(matches!(second, Err(RequestError::Refused(Refusal::NotAllowed(_)))));
    assert!(server.app.export(ben.person, ben.session).await.is_ok());
    drop(first);
    assert!(server.app.export(ana.person, ana.session).await.is_ok());
}

#[tokio::test]
async fn an_export_breaks_off_when_its_session_ends() {
    let server = Server::start().await;
    let ana = server.member("ana").await;
    let mut export = server.app.export(ana.person, ana.session).await.unwrap();
    assert!(export.next().await.unwrap().is_some());

    server.store.delete_session(ana.session).await.unwrap();

    let next = export.next().await;
    assert!(matches!(next, Err(RequestError::Refused(Refusal::NotSignedIn))));
}
