//! Notices for people who look at no page, through a push service that reads them.

use headless::wire::{
    Carried as Carries, FailureCode, KeepChange, Media, Notify, Preferences, PushNotice,
    QuietHours, Reply, Request,
};
use headless::{Account, Member};

use crate::support::{Browser, PushService, Server};

/// A server and a push service that it may send to.
async fn start() -> (Server, PushService) {
    let service = PushService::start().await;
    let mut config = Server::config();
    config.push.services = vec![service.origin.clone()];
    (Server::start_with(config).await, service)
}

/// Subscribes a member's browser, whose pages nobody looks at.
async fn subscribe(member: &Member, service: &PushService, name: &str) -> Browser {
    let browser = service.browser(name);
    let subscription = browser.subscription(true);
    member.done(Request::SubscribePush { subscription }).await.unwrap();
    browser
}

fn key(member: &Member) -> String {
    member.welcome().push_key.clone().unwrap()
}

#[tokio::test]
async fn a_message_is_told_to_whoever_looks_at_no_page() {
    let (server, service) = start().await;
    let (kitchen, [ana, ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let browser = subscribe(&ben, &service, "ben").await;
    let key = key(&ben);

    ana.post(kitchen, "seen").await.unwrap();
    let carried = service.next().await;
    let message = browser.read(&carried, &key);

    assert_eq!(message.person, ben.id());
    let PushNotice::Message { conversation, sender, group, text, carries, unread, .. } =
        message.notice
    else {
        panic!("not about a message")
    };
    assert_eq!((conversation, group.as_deref()), (kitchen, Some("kitchen")));
    assert_eq!((sender.as_str(), text.as_deref()), ("Ama Lawson", Some("seen")));
    assert_eq!((carries, unread), (None::<Carries>, 1));
    assert_eq!(carried.headers["urgency"], "normal");
    assert_eq!(carried.headers["ttl"], "259200");
    assert_eq!(carried.headers["topic"].to_str().unwrap().len(), 22);
}

#[tokio::test]
async fn nothing_is_told_of_what_is_looked_at_muted_unwanted_or_ones_own() {
    let (server, service) = start().await;
    let (kitchen, [ana, ben, clo]) = server.join("kitchen", ["admin", "manager", "sena"]).await;
    let browser = subscribe(&ben, &service, "ben").await;
    let clos = subscribe(&clo, &service, "clo").await;
    let key = key(&ben);
    // Messages are decided about one after the other: who is told of the second knows of the first.
    let decided = async || {
        ben.post(kitchen, "and you?").await.unwrap();
        for _ in 0..2 {
            clos.read(&service.next().await, &key);
        }
    };
    let keep = |change| Request::Keep { conversation: kitchen, change };

    ben.done(Request::SetAttention { visible: true, idle: false }).await.unwrap();
    ana.post(kitchen, "looked at").await.unwrap();
    decided().await;
    ben.done(Request::SetAttention { visible: false, idle: false }).await.unwrap();
    ben.done(keep(KeepChange::Mute { until_ms: Some(i64::from(u32::MAX) * 1_000) })).await.unwrap();
    ana.post(kitchen, "muted").await.unwrap();
    decided().await;
    ben.done(keep(KeepChange::Mute { until_ms: None })).await.unwrap();
    ben.done(keep(KeepChange::Notify { notify: Notify::Nothing })).await.unwrap();
    ana.post(kitchen, "unwanted").await.unwrap();
    decided().await;
    ben.done(keep(KeepChange::Notify { notify: Notify::All })).await.unwrap();
    let night = |from_minute, to_minute| {
        let time_zone = String::from("UTC");
        QuietHours { from_minute, to_minute, time_zone, calls_ring: true }
    };
    // All of the day but the minute that is over when it begins.
    let quiet = Preferences { quiet_hours: Some(night(1, 0)), ..Preferences::default() };
    let loud = Preferences::default();
    ben.done(Request::SetPreferences { preferences: quiet }).await.unwrap();
    ana.post(kitchen, "at night").await.unwrap();
    decided().await;
    ben.done(Request::SetPreferences { preferences: loud }).await.unwrap();
    ana.post(kitchen, "told").await.unwrap();

    let mut both = [service.next().await, service.next().await];
    both.sort_by_key(|carried| carried.endpoint == clos.subscription(true).endpoint);
    let PushNotice::Message { text, .. } = browser.read(&both[0], &key).notice else {
        panic!("not about a message")
    };
    assert_eq!(text.as_deref(), Some("told"));
    assert_eq!(service.waiting(), 0);
}

#[tokio::test]
async fn who_wants_no_previews_gets_no_text() {
    let (server, service) = start().await;
    let (kitchen, [ana, ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let browser = service.browser("ben");
    let subscription = browser.subscription(false);
    ben.done(Request::SubscribePush { subscription }).await.unwrap();

    ana.post(kitchen, "a secret").await.unwrap();

    let PushNotice::Message { text, sender, .. } =
        browser.read(&service.next().await, &key(&ben)).notice
    else {
        panic!("not about a message")
    };
    assert_eq!((text, sender.as_str()), (None, "Ama Lawson"));
}

#[tokio::test]
async fn what_was_read_on_another_device_is_taken_back() {
    let (server, service) = start().await;
    let (kitchen, [ana, ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let browser = subscribe(&ben, &service, "ben").await;
    let key = key(&ben);

    let message = ana.post(kitchen, "hello").await.unwrap();
    browser.read(&service.next().await, &key);
    ben.mark(kitchen, message.number, message.number).await.unwrap();

    let notice = browser.read(&service.next().await, &key).notice;
    assert_eq!(notice, PushNotice::Read { conversation: kitchen, up_to_number: message.number });
}

#[tokio::test]
async fn a_call_rings_by_push_until_it_is_answered_elsewhere_or_missed() {
    let (server, service) = start().await;
    let (kitchen, [mut ana, ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let browser = subscribe(&ben, &service, "ben").await;
    let key = key(&ben);

    let call = ana.start_call(kitchen, Media::Video).await.unwrap();
    let carried = service.next().await;
    let PushNotice::Call { call: told, sender, media, .. } = browser.read(&carried, &key).notice
    else {
        panic!("not about a call")
    };
    assert_eq!((told, sender.as_str(), media), (call.id, "Ama Lawson", Media::Video));
    assert_eq!(carried.headers["urgency"], "high");
    let ttl: u32 = carried.headers["ttl"].to_str().unwrap().parse().unwrap();
    assert!((1..=45).contains(&ttl));
    ben.decline_call(call.id).await.unwrap();
    let carried = service.next().await;
    let notice = browser.read(&carried, &key).notice;
    assert_eq!(notice, PushNotice::CallOver { call: call.id });

    let second = ana.start_call(kitchen, Media::Audio).await.unwrap();
    browser.read(&service.next().await, &key);
    ana.end_call(second.id).await.unwrap();
    let notice = browser.read(&service.next().await, &key).notice;
    let PushNotice::Missed { call: missed, .. } = notice else { panic!("{notice:?}") };
    assert_eq!(missed, second.id);
}

#[tokio::test]
async fn a_page_that_is_looked_at_rings_by_itself_while_other_sign_ins_are_told() {
    let (server, service) = start().await;
    let (kitchen, [mut ana, ben]) = server.join("kitchen", ["admin", "manager"]).await;
    subscribe(&ben, &service, "laptop").await;
    let phone = Account::sign_in(&server.base(), "manager", "manager").await.unwrap();
    let phone = phone.connect().await.unwrap();
    let browser = subscribe(&phone, &service, "phone").await;
    ben.done(Request::SetAttention { visible: true, idle: false }).await.unwrap();

    let call = ana.start_call(kitchen, Media::Audio).await.unwrap();

    let notice = browser.read(&service.next().await, &key(&ben)).notice;
    assert!(matches!(notice, PushNotice::Call { call: told, .. } if told == call.id));
    assert_eq!(service.waiting(), 0);
}

#[tokio::test]
async fn a_push_service_that_is_away_is_tried_again_and_one_that_forgot_is_not() {
    let (mut server, service) = start().await;
    let (kitchen, [ana, ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let browser = subscribe(&ben, &service, "ben").await;
    let key = key(&ben);
    let text = |carried: &_| {
        let notice = browser.read(carried, &key).notice;
        let PushNotice::Message { text, .. } = notice else { panic!("{notice:?}") };
        text.unwrap()
    };

    service.answer(429, Some(1));
    service.answer(503, None);
    ana.post(kitchen, "one").await.unwrap();
    for _ in 0..3 {
        assert_eq!(text(&service.next().await), "one");
    }
    service.answer(410, None);
    ana.post(kitchen, "two").await.unwrap();
    assert_eq!(text(&service.next().await), "two");
    // Forgotten once that answer is read; what is posted until then is refused once more.
    let gone = async {
        loop {
            match ben.ask(Request::TestPush).await {
                Ok(_) => drop(service.next().await),
                Err(failure) => return failure,
            }
        }
    };
    assert_eq!(gone.await.code(), Some(FailureCode::NotSubscribed));
    ana.post(kitchen, "three").await.unwrap();
    server.restart().await;
    let ben = server.member("manager").await;
    let failure = ben.ask(Request::TestPush).await.unwrap_err();
    assert_eq!(failure.code(), Some(FailureCode::NotSubscribed));
    assert_eq!(service.waiting(), 0);
}

#[tokio::test]
async fn a_sign_in_that_has_ended_is_told_nothing_more_that_waits() {
    let (server, service) = start().await;
    let (kitchen, [ana, ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let laptop = subscribe(&ben, &service, "laptop").await;
    let account = Account::sign_in(&server.base(), "manager", "manager").await.unwrap();
    let phone = account.connect().await.unwrap();
    let _phone = subscribe(&phone, &service, "phone").await;
    let key = key(&ben);

    // Both are to be tried again, the phone no later than the laptop.
    service.answer(503, None);
    service.answer(503, None);
    ana.post(kitchen, "hello").await.unwrap();
    for _ in 0..2 {
        service.next().await;
    }
    account.sign_out().await.unwrap();
    service.answer(503, None);
    laptop.read(&service.next().await, &key);
    laptop.read(&service.next().await, &key);

    assert_eq!(service.waiting(), 0);
}

#[tokio::test]
async fn a_subscription_lives_as_long_as_its_sign_in_and_over_a_restart() {
    let (mut server, service) = start().await;
    let (kitchen, [ana, ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let browser = subscribe(&ben, &service, "ben").await;
    let phone = Account::sign_in(&server.base(), "manager", "manager").await.unwrap();
    let on_phone = phone.connect().await.unwrap();
    subscribe(&on_phone, &service, "phone").await;
    let key = key(&ben);
    phone.sign_out().await.unwrap();
    drop((ana, ben));

    server.restart().await;
    let ana = server.member("admin").await;
    assert_eq!(ana.welcome().push_key.as_deref(), Some(key.as_str()), "the key is kept");
    ana.post(kitchen, "after the restart").await.unwrap();

    browser.read(&service.next().await, &key);
    assert_eq!(service.waiting(), 0);
}

#[tokio::test]
async fn nothing_is_sent_to_addresses_that_are_no_push_service() {
    let (server, service) = start().await;
    let ben = server.member("manager").await;
    let good = service.browser("ben").subscription(true);
    let bad = |endpoint: &str| {
        let subscription =
            headless::wire::PushSubscription { endpoint: endpoint.into(), ..good.clone() };
        ben.ask(Request::SubscribePush { subscription })
    };

    for endpoint in ["http://127.0.0.1:1/a", "https://169.254.169.254/a", "https://localhost/a"] {
        let failure = bad(endpoint).await.unwrap_err();
        assert_eq!(failure.code(), Some(FailureCode::BadSubscription), "{endpoint}");
    }
    let mut keyless = good.clone();
    keyless.p256dh = String::from("AAAA");
    let failure = ben.ask(Request::SubscribePush { subscription: keyless }).await.unwrap_err();
    assert_eq!(failure.code(), Some(FailureCode::BadSubscription));
    assert_eq!(ben.ask(Request::UnsubscribePush).await.unwrap(), Reply::Done);
}
