//! Reads what a device sends, within bounds.

use std::num::NonZeroU32;

use axum::extract::ws::Message;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use palabre_signaling::wire::{ClientFrame, Failure, FailureCode, MAX_FRAME_BYTES, ServerFrame};
use serde::Deserialize;

use super::closing::Closing;

/// Turns what comes from one socket into requests, and counts what is wrong with it.
#[derive(Debug)]
pub(super) struct Intake {
    budget: DefaultDirectRateLimiter,
    malformed: u32,
    over_budget: u32,
}

/// What a message turned out to be.
#[derive(Debug, PartialEq)]
pub(super) enum Taken {
    /// Something to do.
    Request(Box<ClientFrame>),
    /// Something to turn down, with these words.
    Refused(Box<ServerFrame>),
    /// A sign of life and nothing else.
    Alive,
}

impl Intake {
    /// Starts with nothing counted.
    pub(super) fn new() -> Self {
        let quota = Quota::per_second(FRAMES_PER_SECOND).allow_burst(BURST_FRAMES);
        Self { budget: RateLimiter::direct(quota), malformed: 0, over_budget: 0 }
    }

    /// Takes one message.
    ///
    /// # Errors
    /// When the socket is to be closed: the peer closed it, or sent too much that is wrong.
    pub(super) fn take(&mut self, message: Message) -> Result<Taken, Closing> {
        let text = match message {
            Message::Text(text) => text,
            Message::Binary(_) => return self.refuse_malformed(None, "send text frames only"),
            Message::Ping(_) | Message::Pong(_) => return self.alive(),
            Message::Close(_) => return Err(Closing::by_device()),
        };
        if MAX_FRAME_BYTES < text.len() {
            return Err(Closing::too_large());
        }
        if self.budget.check().is_err() {
            return self.refuse_over_budget(&text);
        }
        match serde_json::from_str(&text) {
            Ok(frame) => Ok(Taken::Request(Box::new(frame))),
            Err(error) => self.refuse_malformed(readable_id(&text), &error.to_string()),
        }
    }

    fn alive(&mut self) -> Result<Taken, Closing> {
        // Pings are answered below us; without a price they would be a way to keep us busy.
        if self.budget.check().is_ok() {
            return Ok(Taken::Alive);
        }
        self.count_over_budget()?;
        Ok(Taken::Alive)
    }

    fn refuse_malformed(&mut self, id: Option<u32>, what: &str) -> Result<Taken, Closing> {
        self.malformed += 1;
        let message = format!("this is no frame of the protocol: {what}");
        let failure = Failure { code: FailureCode::Malformed, message };
        if MAX_MALFORMED < self.malformed {
            return Err(Closing::abuse(failure));
        }
        Ok(Taken::Refused(Box::new(ServerFrame::Failure { id, failure })))
    }

    fn refuse_over_budget(&mut self, text: &str) -> Result<Taken, Closing> {
        self.count_over_budget()?;
        let failure = over_budget();
        let id = readable_id(text);
        Ok(Taken::Refused(Box::new(ServerFrame::Failure { id, failure })))
    }

    fn count_over_budget(&mut self) -> Result<(), Closing> {
        self.over_budget += 1;
        if MAX_OVER_BUDGET < self.over_budget {
            return Err(Closing::abuse(over_budget()));
        }
        Ok(())
    }
}

/// The id of a frame that is otherwise not of this protocol.
fn readable_id(text: &str) -> Option<u32> {
    #[derive(Deserialize)]
    struct IdOnly {
        id: u32,
    }
    serde_json::from_str::<IdOnly>(text).ok().map(|frame| frame.id)
}

fn over_budget() -> Failure {
    let message = String::from("too many requests: send at most 50 a second");
    Failure { code: FailureCode::RateLimited, message }
}

/// Frames a socket may send in the long run (QUALITY § Security, wire abuse).
const FRAMES_PER_SECOND: NonZeroU32 = NonZeroU32::new(50).expect("not zero");

/// Frames a socket may send at once, as after a reconnect with a full outbox.
const BURST_FRAMES: NonZeroU32 = NonZeroU32::new(200).expect("not zero");

/// Frames that may be wrong in the life of a socket; a client that errs more often is broken.
const MAX_MALFORMED: u32 = 10;

/// Frames that may be turned down for coming too fast in the life of a socket.
const MAX_OVER_BUDGET: u32 = 1000;

#[cfg(test)]
mod tests {
    use palabre_signaling::wire::Request;

    use super::*;

    #[test]
    fn request_is_read() {
        let taken = Intake::new().take(text(PING)).unwrap();

        let ping = ClientFrame { id: 7, request: Request::Ping };
        assert_eq!(taken, Taken::Request(Box::new(ping)));
    }

    #[test]
    fn refusal_names_the_request_when_its_id_can_be_read() {
        let mut intake = Intake::new();

        let unknown = text(r#"{"id": 7, "request": {"type": "dance"}}"#);
        assert_eq!(refusal(intake.take(unknown)), (Some(7), FailureCode::Malformed));
        for nonsense in ["", "{", "[]", "{\"id\": -1}", "\u{0}"] {
            let refusal = refusal(intake.take(text(nonsense)));
            assert_eq!(refusal, (None, FailureCode::Malformed), "{nonsense:?}");
        }
        let binary = intake.take(Message::Binary(vec![0; 8].into()));
        assert_eq!(refusal(binary), (None, FailureCode::Malformed));
    }

    #[test]
    fn eleventh_malformed_frame_closes_the_socket() {
        let mut intake = Intake::new();
        for _ in 0..10 {
            refusal(intake.take(text("{")));
        }

        let closing = intake.take(text("{")).unwrap_err();

        assert_eq!(closing.frame().code, 1008);
    }

    #[test]
    fn frame_above_64_kib_closes_the_socket_and_says_why() {
        let largest = " ".repeat(MAX_FRAME_BYTES);
        let mut intake = Intake::new();
        assert_eq!(refusal(intake.take(text(&largest))).1, FailureCode::Malformed);

        let closing = intake.take(text(&format!("{largest} "))).unwrap_err();

        assert_eq!(closing.frame().code, 1009);
        assert!(closing.farewell().unwrap().as_str().contains("too_large"));
    }

    #[test]
    fn frames_beyond_the_burst_are_turned_down_by_their_id() {
        let mut intake = Intake::new();
        for _ in 0..200 {
            assert!(matches!(intake.take(text(PING)), Ok(Taken::Request(_))));
        }

        // The bucket gains one frame in 20 ms, so some of these are turned down however slow it is.
        let refused = (0..200).any(|_| {
            let taken = intake.take(text(PING)).unwrap();
            let Taken::Refused(refused) = taken else { return false };
            matches!(*refused, ServerFrame::Failure { id: Some(7), .. })
        });

        assert!(refused);
    }

    #[test]
    fn socket_that_floods_on_is_closed() {
        let mut intake = Intake::new();

        let closing = (0..100_000).find_map(|_| intake.take(text(PING)).err());

        assert_eq!(closing.unwrap().frame().code, 1008);
    }

    const PING: &str = r#"{"id": 7, "request": {"type": "ping"}}"#;

    fn text(text: &str) -> Message {
        Message::text(text)
    }

    fn refusal(taken: Result<Taken, Closing>) -> (Option<u32>, FailureCode) {
        let Ok(Taken::Refused(refused)) = taken else { panic!("not refused: {taken:?}") };
        let ServerFrame::Failure { id, failure } = *refused else { panic!("not a failure") };
        (id, failure.code)
    }
}
