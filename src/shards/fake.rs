//! Media threads without media: they take every offer but `"bad"`, fail at `"fatal"`, and tests say
//! what happens.

use palabre_signaling::call::Permit;
use palabre_signaling::wire::{CallId, ParticipantId};
use tokio::sync::mpsc;

use super::command::Command;
use super::{MediaFailure, ShardEvent, Shards};

/// The far end of the handle, in the hands of a test.
#[derive(Debug)]
pub(crate) struct FakeShard {
    /// Takes what the media threads would tell.
    pub(crate) events: mpsc::Sender<ShardEvent>,
    /// Gives what they were told.
    pub(crate) told: mpsc::UnboundedReceiver<Told>,
}

/// What the media threads were told, beside offers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Told {
    /// What of a participant's goes on to others.
    Permit(ParticipantId, Permit),
    /// To have a second connection take over.
    Promote(ParticipantId),
    /// To take a participant out.
    Leave(ParticipantId),
    /// To end a call.
    End(CallId),
}

/// Starts them.
pub(crate) fn start() -> (Shards, mpsc::Receiver<ShardEvent>, FakeShard) {
    let (inbox, commands) = mpsc::channel(16);
    let (events, receiver) = mpsc::channel(16);
    let (log, told) = mpsc::unbounded_channel();
    tokio::spawn(serve(commands, log));
    (Shards { inboxes: [inbox].into() }, receiver, FakeShard { events, told })
}

async fn serve(mut commands: mpsc::Receiver<Command>, log: mpsc::UnboundedSender<Told>) {
    while let Some(command) = commands.recv().await {
        // The test may have ended, and an asker may have gone away.
        match command {
            // The engine fails, and with it all that it was about to answer.
            Command::Join { offer, .. } | Command::JoinBeside { offer, .. } if offer == "fatal" => {
            }
            Command::Join { offer, receipt, .. }
            | Command::JoinBeside { offer, receipt, .. }
            | Command::Offer { offer, receipt, .. } => {
                let answer = (format!("answer to {offer}"), Vec::new());
                let bad = offer == "bad";
                let refused = || MediaFailure::BadOffer(String::from("it is bad"));
                let _ = receipt.send(if bad { Err(refused()) } else { Ok(answer) });
            }
            Command::Want { receipt, .. } => drop(receipt.send(Ok(()))),
            Command::Permit { participant, permit, .. } => {
                let _ = log.send(Told::Permit(participant, permit));
            }
            Command::Promote { second } => drop(log.send(Told::Promote(second))),
            Command::Leave { participant, .. } => drop(log.send(Told::Leave(participant))),
            Command::End { call } => drop(log.send(Told::End(call))),
            Command::Stop => return,
            Command::Panic => {}
        }
    }
}
