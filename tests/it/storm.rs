//! Every device is cut off at once and comes back: QUALITY R10.
#![expect(clippy::print_stdout, reason = "figures are for whoever runs the full size")]

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt as _};
use headless::{Account, Member, Mirror};
use tokio::time::timeout;

use crate::support::{Program, group, size};

#[tokio::test]
async fn when_all_are_cut_off_at_once_all_come_back_to_what_they_missed_and_people_sign_in() {
    let people = size(20, 106);
    let (program, accounts) = Program::start_with_people(people).await;
    let mut firsts = Vec::new();
    for account in &accounts {
        firsts.push(account.connect().await.unwrap());
    }
    let kitchen = group("kitchen", &mut firsts).await;
    let others = accounts.iter().flat_map(|it| (1..DEVICES).map(move |_| it.connect()));
    let others: Vec<Member> =
        stream::iter(others).buffered(AT_A_TIME).map(Result::unwrap).collect().await;
    let devices: Vec<Member> = firsts.into_iter().chain(others).collect();
    let all = devices.len();
    assert_eq!(program.figure("palabre_sockets").await, all as f64);

    let cuts: Vec<_> = devices.into_iter().map(|it| (it.account().clone(), it.cut())).collect();
    let author = accounts[0].connect().await.unwrap();
    author.post(kitchen, "while nobody was there").await.unwrap();
    let began = Instant::now();
    let returns = cuts.into_iter().map(|(account, cut)| async move {
        let member = cut.resume_at(&account).await.unwrap();
        (began.elapsed(), member)
    });
    let sign_in = async {
        Account::sign_in(program.base(), "manager", "manager").await.unwrap();
        began.elapsed()
    };
    let (returned, signed_in) = tokio::join!(join_all(returns), sign_in);

    let mut times = Vec::new();
    for (took, mut member) in returned {
        times.push(took);
        let told =
            |mirror: &Mirror| (mirror.texts(kitchen) == ["while nobody was there"]).then_some(());
        timeout(WHOLE, member.wait_until("what it missed is there", told)).await.unwrap().unwrap();
        assert_eq!((member.mirror().holes, member.mirror().repeats), (0, 0));
    }
    times.sort_unstable();
    println!(
        "{all} devices: back p50 {:?}, p99 {:?}; signed in after {signed_in:?}",
        times[all / 2],
        times[all * 99 / 100]
    );
    assert!(times[all - 1] < WHOLE);
}

/// Devices of each person; the server takes no more.
const DEVICES: usize = 19;

/// Devices that come at the same time at first.
const AT_A_TIME: usize = 50;

/// How long it may take (QUALITY R10).
const WHOLE: Duration = Duration::from_secs(15);
