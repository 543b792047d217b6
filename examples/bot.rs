//! A member without a browser that joins calls and publishes a generated picture and tone.
//!
//! `cargo run --example bot -- --username manager` waits to be called at the demo and picks up.
//! With `--conversation` it goes to the call there, and starts one when there is none.
#![expect(clippy::print_stdout, reason = "an example talks to the person who runs it")]

use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use headless::{
    Account, Camera, Colour, Member, Publishing, Seat, Tone,
    wire::{Call, CallState, ConversationId, Media, RingState},
};

/// Joins calls and publishes a generated picture and tone.
#[derive(Debug, Parser)]
#[command(name = "bot")]
struct Options {
    /// Where the server is.
    #[arg(long, default_value = "http://127.0.0.1:3000")]
    server: String,
    /// Who to sign in as.
    #[arg(long)]
    username: String,
    /// The password; in the demo it is the username, which is the default.
    #[arg(long)]
    password: Option<String>,
    /// Title of a group, or username of a person: go to the call there, or start one. Without it
    /// the bot picks up any call it is invited to.
    #[arg(long)]
    conversation: Option<String>,
    /// Colour of the picture as rrggbb; made from the username by default.
    #[arg(long, value_parser = parse_colour)]
    colour: Option<Colour>,
    /// Which of seven tones to send.
    #[arg(long, default_value_t = 0)]
    tone: usize,
    /// Send three simulcast layers instead of one.
    #[arg(long)]
    simulcast: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let password = options.password.as_ref().unwrap_or(&options.username);
    let account = Account::sign_in(&options.server, &options.username, password).await?;
    let colour = options.colour.unwrap_or_else(|| colour_of(&options.username));
    let camera = if options.simulcast { Camera::simulcast(colour) } else { Camera::new(colour) };
    let publishing =
        Publishing { camera: Some(camera), ..Publishing::new(Tone::new(options.tone), colour) };

    let mut member = account.connect().await?;
    println!("{} is there; Ctrl-C ends", account.person().full_name);
    let place = match &options.conversation {
        Some(name) => Some(go_to(&mut member, name).await?),
        None => None,
    };
    loop {
        tokio::select! {
            outcome = attend(&mut member, place, &publishing) => {
                if let Err(error) = outcome {
                    println!("{error:#}");
                }
            }
            _ = tokio::signal::ctrl_c() => return Ok(()),
        }
        let cut = member.cut();
        member = loop {
            tokio::time::sleep(RECONNECT_PAUSE).await;
            match account.resume(cut.device(), cut.mirror().known()).await {
                Ok(member) => break member,
                Err(error) => println!("not back yet: {error:#}"),
            }
        };
    }
}

/// Finds the conversation of that name and makes sure that it has a call.
async fn go_to(member: &mut Member, name: &str) -> anyhow::Result<ConversationId> {
    let person = member.mirror().people.values().find(|person| person.username == name);
    let conversation = match (member.find_conversation(name), person.map(|person| person.id)) {
        (Some(conversation), _) => conversation,
        (None, Some(person)) => member.direct(person).await?,
        (None, None) => anyhow::bail!("there is no conversation and no person called {name}"),
    };
    member.start_call(conversation, Media::Video).await?;
    Ok(conversation)
}

/// Takes part in calls until the connection is gone.
async fn attend(
    member: &mut Member,
    place: Option<ConversationId>,
    publishing: &Publishing,
) -> anyhow::Result<()> {
    let mut seat: Option<Seat> = None;
    loop {
        match seat.take() {
            Some(mut taken) if is_worth_staying(member, &taken) => {
                member.watch_everybody(&mut taken).await?;
                seat = Some(taken);
            }
            Some(left) => {
                println!("left the call");
                // The call may have ended first; then there is nothing to leave.
                let _ = member.leave_call(left).await;
            }
            None => {
                if let Some(call) = invitation(member, place) {
                    let id = call.id;
                    seat = Some(member.join_call(id, publishing).await.context("joining")?);
                    println!("joined a call");
                    continue;
                }
            }
        }
        member.next_event().await.context("the connection is gone")?;
    }
}

/// A call that asks for this member, or the one at `place`.
fn invitation(member: &Member, place: Option<ConversationId>) -> Option<&Call> {
    let me = member.id();
    let mut calls = member.mirror().calls.values();
    calls.find(|call| {
        let rings = call.rings.iter().any(|ring| {
            ring.person == me && matches!(ring.state, RingState::Ringing | RingState::Accepted)
        });
        let occupied = call.participants.iter().any(|other| other.person != me);
        let live = !matches!(call.state, CallState::Ended { .. });
        live && (place == Some(call.conversation) || rings && occupied)
    })
}

/// Whether the call goes on, the seat is still there, and somebody else is or may come.
fn is_worth_staying(member: &Member, seat: &Seat) -> bool {
    let mirror = member.mirror();
    let call = mirror.calls.values().find(|call| call.id == seat.call);
    let wanted = call.is_some_and(|call| match call.state {
        CallState::Ringing => true,
        CallState::Active => call.participants.len() > 1,
        CallState::Ended { .. } => false,
    });
    wanted && !mirror.lost_seats.contains(&seat.participant)
}

fn parse_colour(text: &str) -> Result<Colour, String> {
    match u32::from_str_radix(text, 16).map(u32::to_be_bytes) {
        Ok([0, red, green, blue]) if text.len() == 6 => Ok(Colour { red, green, blue }),
        _ => Err(String::from("six hexadecimal digits are needed, such as 2080c0")),
    }
}

/// A colour that is the same for a name each time.
fn colour_of(name: &str) -> Colour {
    let part = |seed: u32| {
        let sum = name.bytes().fold(seed, |sum, byte| {
            (sum ^ u32::from(byte)).wrapping_mul(16_777_619) // FNV-1a
        });
        (sum >> 16) as u8
    };
    Colour { red: part(1), green: part(2_166_136_261), blue: part(3_141_592_653) }
}

/// Between two attempts to come back.
const RECONNECT_PAUSE: Duration = Duration::from_secs(1);
