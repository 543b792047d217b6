//! The bounded queue of events between the server and one socket.
//!
//! Whoever has news never waits for a slow reader: an outbox that is full closes, and its device
//! comes back and resumes from the store.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use axum::extract::ws::Utf8Bytes;
use tokio::sync::{Notify, mpsc};

use palabre_signaling::wire::{Event, ServerFrame};

/// The end that takes events; cheap to clone.
#[derive(Clone, Debug)]
pub struct Outbox {
    frames: mpsc::Sender<Utf8Bytes>,
    shared: Arc<Shared>,
}

/// The end that the socket sends from.
#[derive(Debug)]
pub struct Outgoing {
    frames: mpsc::Receiver<Utf8Bytes>,
    shared: Arc<Shared>,
}

/// An event as it goes out, serialised once however many get it.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame(Utf8Bytes);

/// Why the server closes a socket.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CloseReason {
    /// The device reads too slowly; it may come back at once and resume.
    FellBehind,
    /// The same device opened another socket.
    Replaced,
    /// The session was signed out.
    Revoked,
    /// The session's time is up.
    Expired,
    /// The server stops.
    ShuttingDown,
}

#[derive(Debug, Default)]
struct Shared {
    queued_bytes: AtomicUsize,
    closed: OnceLock<CloseReason>,
    on_close: Notify,
}

/// Makes the two ends of an outbox.
pub fn channel() -> (Outbox, Outgoing) {
    let (sender, receiver) = mpsc::channel(MAX_QUEUED_FRAMES);
    let shared = Arc::new(Shared::default());
    let outgoing = Outgoing { frames: receiver, shared: Arc::clone(&shared) };
    (Outbox { frames: sender, shared }, outgoing)
}

impl Outbox {
    /// Queues a frame; never waits. One that does not fit closes the outbox as `FellBehind`.
    pub fn try_send(&self, frame: &Frame) {
        let len = frame.0.len();
        let queued = self.shared.queued_bytes.fetch_add(len, Ordering::Relaxed) + len;
        // A long page of history fits into an empty outbox, or its reader could never get it.
        let too_much = MAX_QUEUED_BYTES < queued && len < queued;
        if too_much || self.frames.try_send(frame.0.clone()).is_err() {
            self.close(CloseReason::FellBehind);
        }
    }

    /// Why the socket is being closed, if it is.
    pub fn closed(&self) -> Option<CloseReason> {
        self.shared.closed.get().copied()
    }

    /// Closes the socket; what is queued is not sent any more. The first reason stays.
    pub fn close(&self, reason: CloseReason) {
        if self.shared.closed.set(reason).is_ok() {
            self.shared.on_close.notify_one();
        }
    }
}

impl Outgoing {
    /// The next frame to send, or why the socket is to be closed.
    ///
    /// Safe to drop and call again, as `select!` does.
    pub async fn next(&mut self) -> Result<Utf8Bytes, CloseReason> {
        loop {
            if let Some(reason) = self.shared.closed.get() {
                return Err(*reason);
            }
            tokio::select! {
                biased;
                () = self.shared.on_close.notified() => {}
                frame = self.frames.recv() => {
                    // Without a sender nobody will ever have news for this socket again.
                    let frame = frame.ok_or(CloseReason::ShuttingDown)?;
                    self.shared.queued_bytes.fetch_sub(frame.len(), Ordering::Relaxed);
                    return Ok(frame);
                }
            }
        }
    }
}

impl Frame {
    /// Serialises an event.
    pub fn new(event: Event) -> Self {
        Self::of(&ServerFrame::Event { event })
    }

    /// Serialises whatever the server says.
    pub fn of(frame: &ServerFrame) -> Self {
        let text = serde_json::to_string(frame).expect("wire types have string keys only");
        Self(text.into())
    }

    /// The text that travels.
    pub fn into_text(self) -> Utf8Bytes {
        self.0
    }
}

/// Bytes of frames that may wait for one socket; one more closes it.
pub const MAX_QUEUED_BYTES: usize = 1024 * 1024;

/// Frames that may wait for one socket; one more closes it.
pub const MAX_QUEUED_FRAMES: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn events_come_out_in_the_order_they_went_in() {
        let (outbox, mut outgoing) = channel();

        outbox.try_send(&frame_of(1));
        outbox.try_send(&frame_of(2));

        assert_eq!(outgoing.next().await, Ok(frame_of(1).0));
        assert_eq!(outgoing.next().await, Ok(frame_of(2).0));
    }

    #[tokio::test]
    async fn one_event_too_many_closes_the_socket_of_a_slow_reader() {
        let (outbox, mut outgoing) = channel();

        for _ in 0..=MAX_QUEUED_FRAMES {
            outbox.try_send(&frame_of(1));
        }

        assert_eq!(outgoing.next().await, Err(CloseReason::FellBehind));
    }

    #[tokio::test]
    async fn one_byte_too_many_closes_the_socket_of_a_slow_reader() {
        let (outbox, mut outgoing) = channel();
        outbox.try_send(&frame_of(MAX_QUEUED_BYTES));
        assert!(outgoing.next().await.is_ok());

        outbox.try_send(&frame_of(MAX_QUEUED_BYTES));
        outbox.try_send(&frame_of(1));

        assert_eq!(outgoing.next().await, Err(CloseReason::FellBehind));
    }

    #[tokio::test]
    async fn a_reply_of_any_length_fits_into_an_empty_outbox() {
        let (outbox, mut outgoing) = channel();

        outbox.try_send(&frame_of(MAX_QUEUED_BYTES + 1));

        assert!(outgoing.next().await.is_ok());
    }

    #[tokio::test]
    async fn a_reader_that_waits_learns_that_it_was_replaced() {
        let (outbox, mut outgoing) = channel();
        let reader = tokio::spawn(async move { outgoing.next().await });

        outbox.close(CloseReason::Replaced);
        outbox.close(CloseReason::FellBehind);

        assert_eq!(reader.await.unwrap(), Err(CloseReason::Replaced));
    }

    fn frame_of(len: usize) -> Frame {
        Frame("x".repeat(len).into())
    }
}
