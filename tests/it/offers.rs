//! Offers and seats that cannot be used are refused by name and change nothing.

use headless::wire::{FailureCode, Media, ParticipantId, Request, Sending};
use headless::{Colour, Peer, Publishing, Tone};

use crate::support::Server;

#[tokio::test]
async fn a_seat_of_somebody_else_cannot_be_used() {
    let server = Server::start().await;
    let (kitchen, [mut ana, ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let call = ana.start_call(kitchen, Media::Video).await.unwrap();
    let participant = ana.join_call(call.id, &publishing()).await.unwrap().participant;

    for participant in [participant, ParticipantId(uuid::Uuid::new_v4())] {
        let refusals = [
            ben.done(Request::LeaveCall { participant }).await.unwrap_err(),
            ben.done(Request::Want { participant, wants: Vec::new(), data_saver: None })
                .await
                .unwrap_err(),
            ben.done(Request::SetSending { participant, sending: Sending::default() })
                .await
                .unwrap_err(),
        ];
        for refusal in refusals {
            assert_eq!(refusal.code(), Some(FailureCode::NotInCall));
        }
    }
}

#[tokio::test]
async fn an_offer_that_is_nonsense_is_refused_and_leaves_the_call_as_it_was() {
    let server = Server::start().await;
    let (kitchen, [mut ana, mut ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let call = ana.start_call(kitchen, Media::Video).await.unwrap();
    let mut peer = Peer::new([127, 0, 0, 1].into(), &publishing()).await.unwrap();
    let (offer, sources) = peer.offer().await.unwrap();
    let unbundled = offer.replace("a=group:BUNDLE", "a=group:LS");
    let short = offer[..offer.len() / 2].to_owned();
    let unknown = {
        let mut sources = sources.clone();
        sources[0].mid = String::from("99");
        sources
    };

    let mut codes = Vec::new();
    for (offer, sources) in [
        (String::new(), Vec::new()),
        (String::from("v=0\r\nnonsense"), Vec::new()),
        ("v=0\r\n".repeat(9_000), Vec::new()),
        (unbundled, sources.clone()),
        (short, sources.clone()),
        (offer.replace("sha-256", "sha-1"), sources),
        (offer, unknown),
    ] {
        let sending = Sending::default();
        let join = Request::JoinCall { call: call.id, offer, sources, sending };
        codes.push(ben.ask(join).await.unwrap_err().code().unwrap());
    }

    assert_eq!(codes[..6], [FailureCode::BadOffer; 6]);
    assert_eq!(codes[6], FailureCode::UnknownSection);
    ben.settle().await.unwrap();
    assert!(ben.mirror().call(kitchen).unwrap().participants.is_empty());
    ben.join_call(call.id, &publishing()).await.unwrap();
}

fn publishing() -> Publishing {
    Publishing::new(Tone::new(0), Colour { red: 9, green: 99, blue: 200 })
}
