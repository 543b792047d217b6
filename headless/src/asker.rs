//! Requests and their replies on one socket.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use futures_util::{SinkExt, StreamExt, stream::SplitStream};
use palabre_signaling::wire::{
    ClientFrame, ClientId, ConversationId, Event, Failure, FailureCode, Message, Reply, Request,
    ServerFrame,
};
use tokio::{
    net::TcpStream,
    sync::{mpsc, oneshot},
    task::{AbortHandle, JoinHandle},
    time::timeout,
};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, tungstenite};
use uuid::Uuid;

/// Why a request came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The server turned it down.
    #[error("refused: {} ({:?})", .0.message, .0.code)]
    Refused(Failure),
    /// The socket closed before the reply.
    #[error("the connection is gone")]
    Gone,
    /// No reply within [`PATIENCE`].
    #[error("no reply within {PATIENCE:?}")]
    TimedOut,
    /// The reply is of another kind than the request.
    #[error("a reply of the wrong kind")]
    WrongReply,
}

impl RequestError {
    /// The code of a refusal.
    pub fn code(&self) -> Option<FailureCode> {
        match self {
            Self::Refused(failure) => Some(failure.code),
            Self::Gone | Self::TimedOut | Self::WrongReply => None,
        }
    }
}

/// Makes an id by which a repeated send is recognised.
pub fn new_client_id() -> ClientId {
    ClientId(Uuid::now_v7())
}

/// Asks on a member's socket; cheap to clone.
#[derive(Clone, Debug)]
pub struct Asker {
    frames: mpsc::Sender<tungstenite::Message>,
    next_id: Arc<AtomicU32>,
    waiting: Waiting,
    writer: AbortHandle,
}

impl Asker {
    /// Starts writing and reading; the task ends with the socket and returns its close code.
    pub(crate) fn start(
        socket: Socket,
        events: mpsc::Sender<Event>,
    ) -> (Self, JoinHandle<Option<u16>>) {
        let (mut sink, stream) = socket.split();
        let (frames, mut outgoing) = mpsc::channel(OUTGOING_BACKLOG);
        let writer = tokio::spawn(async move {
            while let Some(frame) = outgoing.recv().await {
                if sink.send(frame).await.is_err() {
                    return;
                }
            }
        });
        let waiting: Waiting = Arc::new(Mutex::new(Some(HashMap::new())));
        let asker = Self {
            frames,
            next_id: Arc::default(),
            waiting: Arc::clone(&waiting),
            writer: writer.abort_handle(),
        };
        (asker, tokio::spawn(read(stream, waiting, events)))
    }

    /// Stops writing, in the middle of a frame if need be.
    pub(crate) fn stop(&self) {
        self.writer.abort();
    }

    /// Asks anything.
    pub async fn ask(&self, request: Request) -> Result<Reply, RequestError> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let frame = ClientFrame { id, request };
        let json = serde_json::to_string(&frame).expect("requests are plain data");
        let (answer, answered) = oneshot::channel();
        self.waiting.lock().expect(NO_PANIC).as_mut().ok_or(RequestError::Gone)?.insert(id, answer);
        let frame = tungstenite::Message::text(json);
        self.frames.send(frame).await.map_err(|_| RequestError::Gone)?;
        let outcome = timeout(PATIENCE, answered).await.map_err(|_| RequestError::TimedOut)?;
        outcome.map_err(|_| RequestError::Gone)?.map_err(RequestError::Refused)
    }

    /// Sends a text under an id of the caller's choice and waits until it is stored.
    pub async fn post(
        &self,
        conversation: ConversationId,
        client_id: ClientId,
        text: &str,
    ) -> Result<Message, RequestError> {
        let reply = self.ask(Request::text(conversation, client_id, text)).await?;
        let Reply::Message { message } = reply else { return Err(RequestError::WrongReply) };
        Ok(message)
    }
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Who waits for which reply; absent once the socket is gone.
type Waiting = Arc<Mutex<Option<HashMap<u32, oneshot::Sender<Result<Reply, Failure>>>>>>;

/// Hands replies to who asked and events to the member, until the socket ends; returns its close
/// code.
async fn read(
    mut stream: SplitStream<Socket>,
    waiting: Waiting,
    events: mpsc::Sender<Event>,
) -> Option<u16> {
    let mut close_code = None;
    while let Some(Ok(message)) = stream.next().await {
        match message {
            tungstenite::Message::Text(text) => match serde_json::from_str(&text) {
                Ok(frame) => dispatch(frame, &waiting, &events).await,
                Err(error) => tracing::error!(%error, %text, "frame that is not of the protocol"),
            },
            tungstenite::Message::Close(frame) => {
                close_code = frame.map(|frame| frame.code.into());
                break;
            }
            tungstenite::Message::Binary(_)
            | tungstenite::Message::Ping(_)
            | tungstenite::Message::Pong(_)
            | tungstenite::Message::Frame(_) => {}
        }
    }
    // Whoever still waits learns that the socket is gone.
    waiting.lock().expect(NO_PANIC).take();
    close_code
}

async fn dispatch(frame: ServerFrame, waiting: &Waiting, events: &mpsc::Sender<Event>) {
    let answer = |id: u32, outcome| {
        let waiter = waiting.lock().expect(NO_PANIC).as_mut().and_then(|it| it.remove(&id));
        if let Some(waiter) = waiter {
            // Who asked may have lost patience.
            let _ = waiter.send(outcome);
        }
    };
    match frame {
        ServerFrame::Reply { id, reply } => answer(id, Ok(reply)),
        ServerFrame::Failure { id: Some(id), failure } => answer(id, Err(failure)),
        ServerFrame::Failure { id: None, failure } => {
            tracing::warn!(?failure, "the server could not read a frame");
        }
        // A full backlog stops the reading, as in any device that cannot keep up.
        ServerFrame::Event { event } => drop(events.send(event).await),
    }
}

/// How long to wait for a reply or an event before giving up. Long, because it costs time only
/// where something is wrong, and a busy machine's disk may take seconds for a commit.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Frames waiting to be written; who asks waits when they are too many.
const OUTGOING_BACKLOG: usize = 64;

/// Why a lock of this module cannot be poisoned.
const NO_PANIC: &str = "nothing panics under this lock";
