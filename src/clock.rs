//! The one clock of the server: rules are handed its time and never read another.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

/// Tells the time in ms since 1970 and waits for it; cheap to clone.
#[derive(Clone, Debug)]
pub struct Clock(Kind);

#[derive(Clone, Debug)]
enum Kind {
    /// The wall clock when the server started, carried on by the monotonic one: when an admin or NTP
    /// sets the machine's clock, nobody's ring ends early or goes on for an hour.
    System { started: Instant, started_ms: i64 },
    /// Stands still until it is moved.
    Manual(Arc<watch::Sender<i64>>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        // A clock set before 1970 is wrong anyhow; zero is as good as any time then.
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(Kind::System { started: Instant::now(), started_ms: ms(since_1970) })
    }

    /// A clock for tests, which stands at `now_ms` until [`advance`](Self::advance) moves it.
    pub fn manual(now_ms: i64) -> Self {
        Self(Kind::Manual(Arc::new(watch::Sender::new(now_ms))))
    }

    /// Moves a manual clock on; the machine's clock moves by itself and ignores this.
    pub fn advance(&self, by: Duration) {
        if let Kind::Manual(now) = &self.0 {
            now.send_modify(|now_ms| *now_ms += ms(by));
        }
    }

    /// The time in ms since 1970.
    pub fn now_ms(&self) -> i64 {
        match &self.0 {
            Kind::System { started, started_ms } => {
                started_ms.saturating_add(ms(started.elapsed()))
            }
            Kind::Manual(now) => *now.borrow(),
        }
    }

    /// Waits until the time is `at_ms` or later.
    pub async fn sleep_until(&self, at_ms: i64) {
        match &self.0 {
            Kind::System { .. } => {
                let wait_ms = u64::try_from(at_ms.saturating_sub(self.now_ms())).unwrap_or(0);
                tokio::time::sleep(Duration::from_millis(wait_ms)).await;
            }
            Kind::Manual(now) => {
                // The sender lives as long as `self`, so the wait cannot fail.
                let _ = now.subscribe().wait_for(|now_ms| at_ms <= *now_ms).await;
            }
        }
    }
}

fn ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_manual_clock_wakes_its_sleepers_when_it_is_moved() {
        let clock = Clock::manual(1_000);
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move {
                clock.sleep_until(3_000).await;
                clock.now_ms()
            }
        });

        clock.advance(Duration::from_secs(2));

        assert_eq!(sleeper.await.unwrap(), 3_000);
    }

    #[tokio::test]
    async fn a_time_that_has_passed_is_not_waited_for() {
        let clock = Clock::system();

        clock.sleep_until(0).await;

        assert!(clock.now_ms() > 0);
    }
}
