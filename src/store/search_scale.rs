//! How long a search takes among a million messages.
//!
//! `cargo test --release -p palabre --lib search_scale -- --ignored --nocapture`

use std::time::Instant;

use palabre_signaling::wire::{
    ClientId, Content, ConversationId, Details, Filter, Message, MessageId, PersonId, SearchOrder,
};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::messages::insert_next;
use super::row::key;
use super::search::{Search, index_new};
use super::writer::Write;
use super::{SERVER_PATIENCE, Store};

#[tokio::test]
#[ignore = "takes a minute or two; run it alone, as the module says"]
#[expect(clippy::print_stdout, reason = "figures are for whoever runs it")]
async fn a_page_of_what_is_found_among_a_million_messages_takes_at_most_100_ms() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("palabre.db"), SERVER_PATIENCE).await.unwrap();
    store.writer.write(Fill::People).await.unwrap();
    for from in (0..MESSAGES).step_by(STEP as usize) {
        store.writer.write(Fill::Messages { from }).await.unwrap();
    }

    for (name, order) in [("latest", SearchOrder::Latest), ("best", SearchOrder::Best)] {
        let mut times = Vec::new();
        for turn in 0..QUERIES {
            let search = Search {
                reader: person(turn % PEOPLE),
                words: query(turn),
                filter: Filter::default(),
                order,
                skip: 0,
                limit: 20,
            };
            let start = Instant::now();
            let found = store.search(&search).await.unwrap();
            times.push((start.elapsed(), search.words, found.0.len()));
        }
        times.sort_by_key(|(time, ..)| *time);
        let at = |share: usize| &times[times.len() * share / 100];
        println!("{name}: p50 {:?}, p95 {:?}", at(50), at(95));
        println!("{name}: slowest {:?}", times.last().unwrap());
        assert!(at(95).0.as_millis() <= 100, "{name}");
    }
}

/// Puts everything in without the work of sending it.
enum Fill {
    People,
    Messages { from: u64 },
}

impl Write for Fill {
    type Output = ();

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        match self {
            Self::People => fill_people(connection).await,
            Self::Messages { from } => {
                for number in *from..from + STEP {
                    let message = message(number);
                    insert_next(connection, &message).await?;
                    index_new(connection, &message).await?;
                }
                Ok(())
            }
        }
    }
}

async fn fill_people(connection: &mut SqliteConnection) -> sqlx::Result<()> {
    for number in 0..PEOPLE {
        sqlx::query(
            "INSERT INTO people
             (id, username, full_name, role, password_hash, status, created_at_ms)
             VALUES ($1, $2, $2, '\"member\"', '', '\"available\"', 0)",
        )
        .bind(key(person(number).0))
        .bind(format!("person{number}"))
        .execute(&mut *connection)
        .await?;
    }
    for number in 0..CONVERSATIONS {
        sqlx::query(
            "INSERT INTO conversations
             (id, kind, title, creator, client_id, last_seq, message_count, created_at_ms)
             VALUES ($1, '\"group\"', 'group', $2, $1, 1, 1, 0)",
        )
        .bind(key(conversation(number).0))
        .bind(key(person(0).0))
        .execute(&mut *connection)
        .await?;
        // One in ten people is in a group, and everybody in the largest.
        for member in (0..PEOPLE).filter(|member| number == 0 || (member + number) % 10 == 0) {
            sqlx::query(
                "INSERT INTO members
                 (conversation, person, position, delivered_number, read_number)
                 VALUES ($1, $2, $3, 0, 0)",
            )
            .bind(key(conversation(number).0))
            .bind(key(person(member).0))
            .bind(super::row::number(member))
            .execute(&mut *connection)
            .await?;
        }
    }
    Ok(())
}

/// A tenth of all is in the largest group.
fn message(number: u64) -> Message {
    let mut dice = Dice(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let into = if dice.roll(10) == 0 { 0 } else { dice.roll(CONVERSATIONS) };
    let words: Vec<String> = (0..4 + dice.roll(12)).map(|_| dice.word()).collect();
    Message {
        id: MessageId(Uuid::from_u128(number.into())),
        conversation: conversation(into),
        seq: number + 1,
        changed_seq: number + 1,
        number: number + 1,
        sender: person(dice.roll(PEOPLE)),
        client_id: ClientId(Uuid::from_u128(number.into())),
        sent_at_ms: i64::try_from(number).unwrap(),
        content: Content::text(&words.join(" ")),
        details: Details::default(),
    }
}

/// A common word, a rare one, the beginning of one, or two words.
fn query(turn: u64) -> Vec<String> {
    let mut dice = Dice(turn.wrapping_mul(0x2545_f491_4f6c_dd1d) | 1);
    match turn % 4 {
        0 => vec![spell(turn % 20)],
        1 => vec![spell(WORDS / 2 + turn)],
        2 => vec![spell(turn % 200).chars().take(2).collect()],
        _ => vec![dice.word(), dice.word()],
    }
}

/// Chance that is the same each time (xorshift64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    /// The word of rank n comes about 1/n as often as the first, as in any language (Zipf).
    fn word(&mut self) -> String {
        #[expect(clippy::cast_precision_loss, reason = "chance need not be exact")]
        let share = self.roll(1 << 20) as f64 / (1 << 20) as f64;
        #[expect(clippy::cast_precision_loss, reason = "chance need not be exact")]
        let rank = (WORDS as f64).powf(share);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is small")]
        let rank = rank as u64;
        spell(rank)
    }
}

fn spell(mut rank: u64) -> String {
    let mut word = String::new();
    loop {
        word.push_str(SYLLABLES[(rank % SYLLABLES.len() as u64) as usize]);
        rank /= SYLLABLES.len() as u64;
        if rank == 0 {
            return word;
        }
    }
}

fn person(number: u64) -> PersonId {
    PersonId(Uuid::from_u128(u128::from(number) + 1))
}

fn conversation(number: u64) -> ConversationId {
    ConversationId(Uuid::from_u128(u128::from(number) + 1))
}

const MESSAGES: u64 = 1_000_000;
const STEP: u64 = 10_000;
const PEOPLE: u64 = 200;
const CONVERSATIONS: u64 = 500;
const QUERIES: u64 = 400;
const WORDS: u64 = 50_000;
const SYLLABLES: [&str; 16] = [
    "ré", "ka", "mo", "ti", "su", "pa", "lé", "no", "ba", "fi", "gou", "da", "vi", "ze", "cho",
    "ru",
];
