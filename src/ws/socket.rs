//! One WebSocket from its first frame to its last.
//!
//! Two tasks share it: the reader does what the device asks, one request after the other, and the
//! writer sends what is in the outbox, replies and events alike. Whoever ends first ends the other.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use bytes::Bytes;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{FutureExt as _, SinkExt as _, StreamExt as _};
use palabre_signaling::wire::{ClientFrame, Failure, FailureCode, Reply, Request, ServerFrame};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, timeout, timeout_at};

use super::closing::Closing;
use super::intake::{Intake, Taken};
use crate::app::{Hello, Link};
use crate::http::{Edge, Principal, is_stopping};
use crate::outbox::{self, Frame, Outbox, Outgoing};

/// Serves a socket until it is closed from either side.
pub(super) async fn serve(edge: Arc<Edge>, principal: Principal, websocket: WebSocket) {
    let (outbox, outgoing) = outbox::channel();
    let mut opening = Opening { edge: &edge, websocket, intake: Intake::new(), outbox };
    // What is done once or now and then lives in a box of its own: the task of a socket is as large as
    // the largest thing it may ever do, and most of them do nothing most of the time.
    let (link, welcome) = match Box::pin(opening.open(&principal)).await {
        Ok(opened) => opened,
        Err(closing) => return turn_away(opening.websocket, closing).await,
    };
    let Opening { websocket, intake, outbox, .. } = opening;
    let (sink, stream) = websocket.split();
    let (hang_up, hung_up) = oneshot::channel();
    let writer = Writer { sink, outgoing, pings: pings(), stopping: edge.stopping.clone() };
    let writing = tokio::spawn(writer.run(welcome, hung_up));
    let mut reader = Reader { edge: &edge, link: &link, stream, intake, outbox };
    reader.run(hang_up, writing).await;
    Box::pin(edge.app.disconnect(link)).await;
}

/// Closes a socket on which nothing was agreed.
pub(super) async fn turn_away(mut websocket: WebSocket, closing: Closing) {
    let farewell = async {
        if let Some(text) = closing.farewell() {
            websocket.send(Message::Text(text)).await?;
        }
        websocket.send(Message::Close(Some(closing.frame()))).await
    };
    if let Ok(Ok(())) = timeout(WRITE_TIME, farewell).await {
        linger(&mut websocket.split().1).await;
    }
}

/// A socket whose device has not said hello.
struct Opening<'a> {
    edge: &'a Edge,
    websocket: WebSocket,
    intake: Intake,
    outbox: Outbox,
}

/// What becomes of a first request.
enum Answer {
    Opened(Link, Frame),
    Refused(Box<ServerFrame>),
}

impl Opening<'_> {
    /// Waits for `hello`, turning down whatever else comes; returns the welcome to be sent.
    async fn open(&mut self, principal: &Principal) -> Result<(Link, Frame), Closing> {
        let deadline = Instant::now() + HELLO_TIME;
        loop {
            let message = self.next(deadline).await?;
            let refusal = match self.intake.take(message)? {
                Taken::Alive => continue,
                Taken::Refused(refusal) => *refusal,
                Taken::Request(frame) => {
                    let outbox = self.outbox.clone();
                    match answer_first(self.edge, principal, outbox, *frame).await? {
                        Answer::Opened(link, welcome) => return Ok((link, welcome)),
                        Answer::Refused(refusal) => *refusal,
                    }
                }
            };
            let text = Frame::of(&refusal).into_text();
            match timeout(WRITE_TIME, self.websocket.send(Message::Text(text))).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => return Err(Closing::broken()),
            }
        }
    }

    async fn next(&mut self, deadline: Instant) -> Result<Message, Closing> {
        let mut stopping = self.edge.stopping.clone();
        tokio::select! {
            () = is_stopping(&mut stopping) => Err(Closing::restart()),
            message = timeout_at(deadline, self.websocket.recv()) => {
                read(message.map_err(|_elapsed| Closing::no_hello())?)
            }
        }
    }
}

/// Takes the device in if `frame` is its hello, or says why not.
async fn answer_first(
    edge: &Edge,
    principal: &Principal,
    outbox: Outbox,
    frame: ClientFrame,
) -> Result<Answer, Closing> {
    let id = frame.id;
    let Request::Hello { protocol, device, known, personal_seq } = frame.request else {
        let refusal = malformed(id, "the first request on a socket is hello");
        return Ok(Answer::Refused(Box::new(refusal)));
    };
    let Edge { app, sessions, .. } = edge;
    let session = &principal.session;
    let hello = Hello { protocol, device, known, personal_seq };
    let hello = app.hello(session.person.id, session.id, outbox, hello);
    let (link, welcome) = match hello.await {
        Ok(opened) => opened,
        Err(failure) => {
            let refusal = ServerFrame::Failure { id: Some(id), failure };
            return Ok(Answer::Refused(Box::new(refusal)));
        }
    };
    // A session that was signed out since the upgrade was not known to the application when that
    // session's sockets were closed.
    let still = sessions.find(principal.token).await;
    if !matches!(still, Ok(Some(_))) {
        app.disconnect(link).await;
        return Err(still.map_or_else(|_| Closing::unavailable(), |_| Closing::revoked()));
    }
    let reply = Reply::Welcome(Box::new(welcome));
    Ok(Answer::Opened(link, Frame::of(&ServerFrame::Reply { id, reply })))
}

/// The half of a socket that does what the device asks.
struct Reader<'a> {
    edge: &'a Edge,
    link: &'a Link,
    stream: SplitStream<WebSocket>,
    intake: Intake,
    outbox: Outbox,
}

impl Reader<'_> {
    /// Reads until the device hangs up, is told to, or the writer has ended.
    async fn run(&mut self, hang_up: oneshot::Sender<Closing>, mut writing: JoinHandle<()>) {
        let closing = loop {
            // A request under way is not dropped half-done: the writer's end is looked at between.
            let message = tokio::select! {
                _ = &mut writing => break None,
                message = timeout(MAX_SILENCE, self.stream.next()) => message,
            };
            let taken = match message {
                Ok(message) => self.take(message).await,
                Err(_elapsed) => Err(Closing::silent()),
            };
            if let Err(closing) = taken {
                break Some(closing);
            }
        };
        if let Some(closing) = closing {
            let _ = hang_up.send(closing);
            let _ = writing.await;
        }
        linger(&mut self.stream).await;
    }

    async fn take(&mut self, message: Option<Result<Message, axum::Error>>) -> Result<(), Closing> {
        let reply = match self.intake.take(read(message)?)? {
            Taken::Alive => return Ok(()),
            Taken::Refused(refusal) => *refusal,
            Taken::Request(frame) => self.answer(*frame).await,
        };
        // The outbox closes itself when it is full, and the writer with it.
        self.outbox.try_send(&Frame::of(&reply));
        Ok(())
    }

    async fn answer(&self, ClientFrame { id, request }: ClientFrame) -> ServerFrame {
        if matches!(request, Request::Hello { .. }) {
            return malformed(id, "hello was said already");
        }
        match Box::pin(self.edge.app.handle(self.link, request)).await {
            Ok(reply) => ServerFrame::Reply { id, reply },
            Err(failure) => ServerFrame::Failure { id: Some(id), failure },
        }
    }
}

/// The half of a socket that sends.
struct Writer {
    sink: SplitSink<WebSocket, Message>,
    outgoing: Outgoing,
    pings: Interval,
    stopping: watch::Receiver<bool>,
}

/// The device is gone or has stopped reading; there is nobody to say goodbye to.
struct Cut;

impl Writer {
    /// Sends until there is a reason to close, then closes.
    async fn run(mut self, welcome: Frame, hung_up: oneshot::Receiver<Closing>) {
        let closing = self.send_until_closed(welcome, hung_up).await;
        if let Ok(closing) = closing {
            let _ = timeout(WRITE_TIME, self.close(closing)).await;
        }
    }

    async fn send_until_closed(
        &mut self,
        welcome: Frame,
        mut hung_up: oneshot::Receiver<Closing>,
    ) -> Result<Closing, Cut> {
        // First of all: what waits in the outbox already happened after what the welcome shows.
        self.send(Message::Text(welcome.into_text())).await?;
        loop {
            let message = tokio::select! {
                biased;
                closing = &mut hung_up => return Ok(closing.unwrap_or_else(|_| Closing::broken())),
                () = is_stopping(&mut self.stopping) => return Ok(Closing::restart()),
                frame = self.outgoing.next() => match frame {
                    Ok(text) => Message::Text(text),
                    Err(reason) => return Ok(Closing::from(reason)),
                },
                _ = self.pings.tick() => Message::Ping(Bytes::new()),
            };
            self.send(message).await?;
        }
    }

    /// Sends a message and what has come into the outbox meanwhile, in one go.
    async fn send(&mut self, first: Message) -> Result<(), Cut> {
        let Self { sink, outgoing, .. } = self;
        let run = async {
            sink.feed(first).await?;
            for _ in 0..MAX_RUN {
                let Some(Ok(text)) = outgoing.next().now_or_never() else { break };
                sink.feed(Message::Text(text)).await?;
            }
            sink.flush().await
        };
        match timeout(WRITE_TIME, run).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Cut),
        }
    }

    /// Sends what was promised before, the reason and the close frame.
    async fn close(&mut self, closing: Closing) -> Result<(), axum::Error> {
        while let Some(Ok(text)) = self.outgoing.next().now_or_never() {
            self.sink.feed(Message::Text(text)).await?;
        }
        if let Some(text) = closing.farewell() {
            self.sink.feed(Message::Text(text)).await?;
        }
        self.sink.send(Message::Close(Some(closing.frame()))).await
    }
}

fn read(message: Option<Result<Message, axum::Error>>) -> Result<Message, Closing> {
    match message {
        Some(Ok(message)) => Ok(message),
        Some(Err(error)) if is_too_large(&error) => Err(Closing::too_large()),
        Some(Err(_)) => Err(Closing::broken()),
        None => Err(Closing::by_device()),
    }
}

/// Whether a frame was above `MAX_READ_BYTES`.
///
/// axum hides the type of the error, so this goes by its words; a test of the whole server sends
/// such a frame and would notice other words.
fn is_too_large(error: &axum::Error) -> bool {
    error.to_string().starts_with("Space limit exceeded")
}

fn malformed(id: u32, what: &str) -> ServerFrame {
    let failure = Failure { code: FailureCode::Malformed, message: what.to_owned() };
    ServerFrame::Failure { id: Some(id), failure }
}

/// Reads on for a moment after the close frame was sent.
///
/// A connection that is closed with unread data in it is reset, and a reset can overtake the close
/// frame: the device would never learn the code.
async fn linger(stream: &mut SplitStream<WebSocket>) {
    let rest = async {
        while let Some(message) = stream.next().await {
            if message.is_err() {
                // The rest of a frame that was too large cannot be read; its sender gets the time.
                pending::<()>().await;
            }
        }
    };
    let _ = timeout(LINGER, rest).await;
}

fn pings() -> Interval {
    let mut pings = interval_at(Instant::now() + PING_INTERVAL, PING_INTERVAL);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    pings
}

/// How long a device may take to say hello (QUALITY § Security, wire abuse).
const HELLO_TIME: Duration = Duration::from_secs(5);

/// How long a frame may take into the kernel's buffer (QUALITY R11).
const WRITE_TIME: Duration = Duration::from_secs(10);

/// How long a socket may be silent. Devices ping every 15 s, and answer pings of ours even where a
/// browser has put the page to sleep.
const MAX_SILENCE: Duration = Duration::from_secs(60);

/// Between pings of ours; middleboxes forget connections that are idle for a minute.
const PING_INTERVAL: Duration = Duration::from_secs(25);

/// How long to read on after a close frame.
const LINGER: Duration = Duration::from_secs(1);

/// Frames sent in one go, beyond the first.
const MAX_RUN: usize = 16;
