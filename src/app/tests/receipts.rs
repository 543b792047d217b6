//! Who has received and read what, and when.

use std::time::Duration;

use palabre_signaling::wire::{Marker, MessageId, Preferences, Receipt};

use super::*;

#[tokio::test]
async fn the_sender_learns_when_each_member_got_and_read_a_message() {
    let server = Server::start().await;
    let ([ana, ben, clo], kitchen) = server.kitchen().await;
    let two = ana.send(kitchen, "two").await;
    let three = ana.send(kitchen, "three").await;
    let start_ms = server.clock.now_ms();

    server.clock.advance(Duration::from_secs(1));
    ben.done(mark(kitchen, 3, 0)).await;
    server.clock.advance(Duration::from_secs(1));
    ben.done(mark(kitchen, 3, 2)).await;
    server.clock.advance(Duration::from_secs(1));
    // Who answers has read what stands above.
    clo.send(kitchen, "four").await;

    let receipts = ana.receipts(kitchen, two.id).await.unwrap();
    assert_eq!(
        receipts,
        [receipt(&ben, start_ms, Some(1), Some(2)), receipt(&clo, start_ms, Some(3), Some(3))]
    );
    let receipts = ana.receipts(kitchen, three.id).await.unwrap();
    assert_eq!(receipts[0], receipt(&ben, start_ms, Some(1), None));
    assert_eq!(ben.receipts(kitchen, two.id).await, Err(FailureCode::NotAllowed));
}

#[tokio::test]
async fn when_messages_of_long_ago_were_read_is_known_no_more() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let old = ana.send(kitchen, "two").await;
    ben.done(mark(kitchen, 2, 2)).await;
    for number in 0..=500 {
        ana.send(kitchen, &format!("message {number}")).await;
    }

    ben.done(mark(kitchen, 503, 503)).await;

    let known = ana.receipts(kitchen, old.id).await.unwrap()[0];
    assert!(known.read && known.delivered);
    assert_eq!((known.delivered_at_ms, known.read_at_ms), (None, None));
}

#[tokio::test]
async fn who_reads_privately_neither_tells_nor_is_told() {
    let server = Server::start().await;
    let ([mut ana, ben, clo], kitchen) = server.kitchen().await;
    let two = ana.send(kitchen, "two").await;
    let preferences = Preferences { reads_privately: true, ..Preferences::default() };
    ben.done(Request::SetPreferences { preferences }).await;

    ben.done(mark(kitchen, 2, 2)).await;
    clo.done(mark(kitchen, 2, 2)).await;

    let told = ana.until(|event| matches!(event, Event::MarkerChanged { .. })).await;
    let Event::MarkerChanged { marker, .. } = told else { panic!("no marker") };
    assert_eq!((marker.person, marker.delivered_number, marker.read_number), (ben.person, 2, 0));
    let receipts = ana.receipts(kitchen, two.id).await.unwrap();
    assert_eq!(receipts.iter().map(|it| it.read).collect::<Vec<_>>(), [false, true]);
    assert!(receipts[0].read_hidden && receipts[0].delivered);
    let seen_by = async |person| {
        let welcome = server.device(person, 7).await.welcome;
        read_numbers(&welcome.conversations[0])
    };
    assert_eq!(seen_by(ana.person).await, [Some(2), None, Some(2)]);
    assert_eq!(seen_by(ben.person).await, [None, Some(2), None]);
    assert_eq!(seen_by(clo.person).await, [Some(2), None, Some(2)]);
}

impl Member {
    async fn receipts(
        &self,
        conversation: ConversationId,
        message: MessageId,
    ) -> Result<Vec<Receipt>, FailureCode> {
        match self.ask(Request::Receipts { conversation, message }).await {
            Ok(Reply::Receipts { receipts }) => Ok(receipts),
            Ok(other) => panic!("not receipts: {other:?}"),
            Err(failure) => Err(failure.code),
        }
    }
}

/// In seconds after `start_ms`.
fn receipt(member: &Member, start_ms: i64, delivered: Option<i64>, read: Option<i64>) -> Receipt {
    let at = |seconds: i64| start_ms + seconds * 1_000;
    Receipt {
        person: member.person,
        delivered: delivered.is_some(),
        delivered_at_ms: delivered.map(at),
        read: read.is_some(),
        read_at_ms: read.map(at),
        listened: false,
        listened_at_ms: None,
        read_hidden: false,
    }
}

fn read_numbers(conversation: &Conversation) -> Vec<Option<u64>> {
    let told = |marker: &Marker| (!marker.read_hidden).then_some(marker.read_number);
    conversation.markers.iter().map(told).collect()
}

fn mark(conversation: ConversationId, delivered_number: u64, read_number: u64) -> Request {
    Request::Mark { conversation, delivered_number, read_number }
}
