//! One export of a person at a time.

use palabre_signaling::error::Refusal;
use palabre_signaling::wire::{Preferences, Request};

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
async fn what_others_read_privately_is_not_taken_along() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let number = ana.send(kitchen, "hello").await.number;
    let read =
        Request::Mark { conversation: kitchen, delivered_number: number, read_number: number };
    ben.done(read).await;
    let preferences = Preferences { reads_privately: true, ..Preferences::default() };
    ben.done(Request::SetPreferences { preferences }).await;

    let mut export = server.app.export(ana.person, ana.session).await.unwrap();
    let mut markers = Vec::new();
    while let Some(lines) = export.next().await.unwrap() {
        for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let line: serde_json::Value = serde_json::from_slice(line).unwrap();
            markers.extend(line["conversation"]["markers"].as_array().cloned().unwrap_or_default());
        }
    }

    let of_ben = markers.iter().find(|it| it["person"] == ben.person.to_string()).unwrap();
    assert_eq!(of_ben["delivered_number"], number);
    assert_eq!(of_ben["read_number"], 0);
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
