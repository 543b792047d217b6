//! Many members at once: they write to one another, join one call, and report what they saw.
//!
//! Meant for a demo server, whose accounts it uses; several members may be devices of one person.
#![expect(clippy::print_stdout, reason = "an example talks to the person who runs it")]

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use anyhow::Context;
use clap::Parser;
use headless::{
    Account, Colour, Member, Publishing, Received, Seat, Tone, new_client_id, text,
    wire::{Accounts, ConversationId, Event, Media, PersonId},
};
use tokio::{task::JoinSet, time};

/// Signs members in, lets them write and call, and prints p50 and p99 of joins, acknowledgements and deliveries.
#[derive(Debug, Parser)]
#[command(name = "load")]
struct Options {
    /// Where the demo server is.
    #[arg(long, default_value = "http://127.0.0.1:3000")]
    server: String,
    /// How many members take part.
    #[arg(long, default_value_t = 6)]
    members: usize,
    /// How long they write and send.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Messages a second from each member.
    #[arg(long, default_value_t = 2.0)]
    rate: f64,
    /// Write only, without a call.
    #[arg(long)]
    no_call: bool,
    /// Write without a call, and each person in a group of their own, which only their devices read:
    /// what it costs to store messages, without the deliveries to everybody.
    #[arg(long)]
    apart: bool,
    /// Bytes of each video frame; 4,000 at 15 frames a second are 480 kbit/s.
    #[arg(long, default_value_t = 4_000)]
    frame_bytes: usize,
}

/// What one member saw.
#[derive(Debug, Default)]
struct Report {
    deliveries: Vec<Duration>,
    received: Vec<Received>,
}

/// When each text was sent, and after how long it was acknowledged.
#[derive(Debug, Default)]
struct Sent {
    texts: Mutex<HashMap<String, Instant>>,
    acknowledgements: Mutex<Vec<Duration>>,
}

impl Sent {
    fn note(&self, text: &str) {
        self.texts.lock().expect(NO_PANIC).insert(text.to_owned(), Instant::now());
    }

    fn elapsed(&self, text: &str) -> Option<Duration> {
        self.texts.lock().expect(NO_PANIC).get(text).map(Instant::elapsed)
    }

    fn acknowledged(&self, after: Duration) {
        self.acknowledgements.lock().expect(NO_PANIC).push(after);
    }

    fn count(&self) -> usize {
        self.texts.lock().expect(NO_PANIC).len()
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let mut members = sign_in(&options).await?;
    let first = members.first().context("at least one member is needed")?.id();
    let mut others: Vec<_> =
        members.iter().map(Member::id).filter(|person| *person != first).collect();
    others.sort_unstable();
    others.dedup();
    let group = members[0].create_group("Load", &others).await?;
    let own = if options.apart { own_groups(&mut members).await? } else { HashMap::new() };
    println!("{} members are connected", members.len());

    let mut seats: Vec<Option<Seat>> = Vec::new();
    if options.no_call || options.apart {
        seats.resize_with(members.len(), || None);
    } else {
        seats.extend(join_all(&options, &mut members, group).await?.into_iter().map(Some));
    }

    let sent = Arc::<Sent>::default();
    let mut tasks = JoinSet::new();
    for (index, (member, seat)) in members.into_iter().zip(seats).enumerate() {
        let writer = Writer {
            group: own.get(&member.id()).copied().unwrap_or(group),
            sent: Arc::clone(&sent),
            index,
            pause: Duration::from_secs_f64(1.0 / options.rate),
            length: Duration::from_secs(options.seconds),
        };
        tasks.spawn(take_part(member, seat, writer));
    }
    let reports = tasks.join_all().await;
    let reports: Vec<Report> = reports.into_iter().collect::<anyhow::Result<_>>()?;
    let mut acknowledgements = sent.acknowledgements.lock().expect(NO_PANIC).clone();
    print_durations("acknowledgement", &mut acknowledgements);
    print_reports(&reports, sent.count());
    Ok(())
}

async fn sign_in(options: &Options) -> anyhow::Result<Vec<Member>> {
    let url = format!("{}/api/accounts", options.server.trim_end_matches('/'));
    let accounts: Accounts = reqwest::get(url).await?.json().await?;
    anyhow::ensure!(!accounts.demo.is_empty(), "the server is not a demo");
    let mut signed_in = Vec::new();
    for demo in accounts.demo.iter().take(options.members) {
        let name = &demo.username;
        signed_in.push(Account::sign_in(&options.server, name, name).await?);
    }
    let mut members = Vec::new();
    for account in signed_in.iter().cycle().take(options.members) {
        members.push(account.connect().await?);
    }
    Ok(members)
}

/// Makes a group of each person alone.
async fn own_groups(members: &mut [Member]) -> anyhow::Result<HashMap<PersonId, ConversationId>> {
    let mut groups = HashMap::new();
    for member in members {
        if let Entry::Vacant(group) = groups.entry(member.id()) {
            group.insert(member.create_group("Load apart", &[]).await?);
        }
    }
    Ok(groups)
}

/// Lets one after another join a call, and prints how long it took each.
async fn join_all(
    options: &Options,
    members: &mut [Member],
    group: ConversationId,
) -> anyhow::Result<Vec<Seat>> {
    let first = members.first_mut().context("at least one member is needed")?;
    let call = first.start_call(group, Media::Video).await?.id;
    let (mut seats, mut joins) = (Vec::new(), Vec::new());
    for (index, member) in members.iter_mut().enumerate() {
        let shade = (index * 40 % 256) as u8;
        let colour = Colour { red: shade, green: 120, blue: 255 - shade };
        let mut publishing = Publishing::new(Tone::new(index), colour);
        publishing.audio_slots = options.members - 1;
        publishing.video_slots = options.members - 1;
        if let Some(camera) = &mut publishing.camera {
            camera.min_frame_bytes = options.frame_bytes;
        }
        let began = Instant::now();
        seats.push(member.join_call(call, &publishing).await?);
        joins.push(began.elapsed());
    }
    print_durations("join, until media is up", &mut joins);
    Ok(seats)
}

/// What one member writes, and where.
struct Writer {
    group: ConversationId,
    sent: Arc<Sent>,
    index: usize,
    pause: Duration,
    length: Duration,
}

/// Writes, reads and watches until the time is over.
async fn take_part(
    mut member: Member,
    mut seat: Option<Seat>,
    writer: Writer,
) -> anyhow::Result<Report> {
    if let Some(seat) = &mut seat {
        member.settle().await?;
        member.watch_everybody(seat).await?;
    }
    let mut report = Report::default();
    let end = time::sleep(writer.length);
    tokio::pin!(end);
    let mut ticks = time::interval(writer.pause);
    let mut written = 0;
    loop {
        tokio::select! {
            () = &mut end => break,
            _ = ticks.tick() => {
                written += 1;
                write(&member, &writer, written);
            }
            event = member.next_event() => {
                let event = event.context("the connection is gone")?;
                if let Event::MessageChanged { message } = &event {
                    let elapsed = text(message).and_then(|text| writer.sent.elapsed(text));
                    report.deliveries.extend(elapsed);
                }
            }
        }
    }
    if let Some(seat) = seat {
        let slots = [seat.peer.slots("audio"), seat.peer.slots("video")].concat();
        report.received.extend(slots.iter().map(|mid| seat.peer.received(mid)));
        member.leave_call(seat).await?;
    }
    Ok(report)
}

/// Sends one message without waiting for its acknowledgement.
fn write(member: &Member, writer: &Writer, written: usize) {
    let text = format!("{}: message {written}", writer.index);
    let (asker, sent, group) = (member.asker(), Arc::clone(&writer.sent), writer.group);
    tokio::spawn(async move {
        sent.note(&text);
        let began = Instant::now();
        match asker.post(group, new_client_id(), &text).await {
            Ok(_) => sent.acknowledged(began.elapsed()),
            Err(error) => println!("a message was not stored: {error}"),
        }
    });
}

fn print_reports(reports: &[Report], sent: usize) {
    let deliveries = reports.iter().flat_map(|report| report.deliveries.iter().copied());
    let mut deliveries: Vec<Duration> = deliveries.collect();
    println!("{sent} messages sent, {} deliveries", deliveries.len());
    print_durations("delivery", &mut deliveries);
    let received = reports.iter().flat_map(|report| &report.received);
    let (packets, missing, frames) = received.fold((0, 0, 0), |(packets, missing, frames), it| {
        (packets + it.packets, missing + it.missing(), frames + it.frames)
    });
    println!("media: {packets} packets received, {missing} missing, {frames} video frames");
}

fn print_durations(what: &str, durations: &mut [Duration]) {
    durations.sort_unstable();
    let at = |part: f64| {
        let place = (durations.len() as f64 * part) as usize;
        durations.get(place.min(durations.len().saturating_sub(1))).copied().unwrap_or_default()
    };
    println!("{what}: p50 {:.1?}, p99 {:.1?}", at(0.50), at(0.99));
}

/// Why a lock of this program cannot be poisoned.
const NO_PANIC: &str = "nothing panics under this lock";
