//! The first account, invitations and roles.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use headless::wire::{
    Event, Failure, FailureCode, Invitation, Invited, PersonId, Reply, Request, Role, Setup,
    SignedIn,
};
use headless::{Account, Member};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::spawn_blocking;

use crate::support::Server;

#[tokio::test]
async fn the_printed_code_makes_one_owner_who_is_signed_in_at_once() {
    let (server, code) = Server::start_new().await;
    let before: Setup = server.get("/api/setup").await;

    let wrong = server.post("/api/setup", &owner("00000-00000-00000-00000", "ama")).await;
    let weak = json!({ "username": "ama", "full_name": "Ama Lawson", "password": "password123" });
    let weak = json!({ "code": code, "place": "Kitchen", "account": weak });
    let weak = server.post("/api/setup", &weak).await;
    let made = server.post("/api/setup", &owner(&code.to_lowercase(), "ama")).await;

    assert_eq!(before, Setup { needed: true, place: None });
    assert_eq!(code_of(wrong).await, (403, FailureCode::WrongCode));
    assert_eq!(code_of(weak).await, (400, FailureCode::CommonPassword));
    assert!(made.headers().contains_key("set-cookie"));
    let made: SignedIn = made.json().await.unwrap();
    assert_eq!((made.person.username.as_str(), made.person.role), ("ama", Role::Owner));
    let after: Setup = server.get("/api/setup").await;
    assert_eq!(after, Setup { needed: false, place: Some(String::from("Kitchen")) });
    let again = server.post("/api/setup", &owner(&code, "kofi")).await;
    assert_eq!(code_of(again).await, (409, FailureCode::AlreadySetUp));
    let ama = sign_in(&server, "ama").await;
    assert_eq!(ama.welcome().place.as_deref(), Some("Kitchen"));
}

#[tokio::test]
async fn of_many_who_race_with_the_code_exactly_one_becomes_the_owner() {
    let (server, code) = Server::start_new().await;
    let names: Vec<String> = (0..12).map(|n| format!("racer{n}")).collect();

    let bodies: Vec<Value> = names.iter().map(|name| owner(&code, name)).collect();
    let racing = bodies.iter().map(|body| server.post("/api/setup", body));
    let answers = futures_util::future::join_all(racing).await;

    let mut made = Vec::new();
    for answer in answers {
        if answer.status() == 200 {
            made.push(answer.json::<SignedIn>().await.unwrap().person);
        } else {
            assert_eq!(code_of(answer).await, (409, FailureCode::AlreadySetUp));
        }
    }
    assert_eq!(made.len(), 1);
    let winner = sign_in(&server, &made[0].username).await;
    assert_eq!(winner.welcome().people, made);
}

#[tokio::test]
async fn a_page_of_another_site_makes_no_account() {
    let (server, code) = Server::start_new().await;
    let request = reqwest::Client::new().post(format!("{}/api/setup", server.base()));

    let foreign = request.header("origin", "https://evil.example").json(&owner(&code, "ama"));
    let foreign = foreign.send().await.unwrap();

    assert_eq!(code_of(foreign).await, (403, FailureCode::WrongOrigin));
    let setup: Setup = server.get("/api/setup").await;
    assert!(setup.needed);
}

#[tokio::test]
async fn an_invitation_makes_as_many_accounts_as_it_says_and_everybody_hears_of_them() {
    let server = Server::start().await;
    let mut admin = server.member("admin").await;
    let (invitation, code) = invite(&admin, Role::Member, 1).await;
    let path = format!("/api/invites/{code}");

    let invited: Invited = server.get(&path).await;
    let taken = server.post(&path, &account("sena")).await;
    let made = server.post(&path, &account("afi")).await;
    let late = server.post(&path, &account("edem")).await;

    assert_eq!((invited.by.as_str(), invited.role), ("Ama Lawson", Role::Member));
    assert_eq!(invited.place.as_deref(), Some("Palabre"));
    // The name was taken, which costs the invitation nothing.
    assert_eq!(code_of(taken).await, (409, FailureCode::UsernameTaken));
    let made: SignedIn = made.json().await.unwrap();
    assert_eq!(made.person.role, Role::Member);
    assert_eq!(code_of(late).await, (410, FailureCode::LinkGone));
    let heard = |event: &Event| {
        if let Event::PersonChanged { person } = event { Some(person.clone()) } else { None }
    };
    assert_eq!(admin.wait_for("the new person", heard).await.unwrap(), made.person);
    assert!(!invitations(&admin).await.iter().any(|it| it.id == invitation.id));
    sign_in(&server, "afi").await;
}

#[tokio::test]
async fn a_revoked_or_made_up_link_is_gone_and_says_so() {
    let server = Server::start().await;
    let admin = server.member("admin").await;
    let (invitation, code) = invite(&admin, Role::Admin, 5).await;
    let listed = invitations(&admin).await;

    admin.done(Request::RevokeInvitation { invitation: invitation.id }).await.unwrap();

    assert_eq!(listed, [invitation]);
    assert_eq!(invitations(&admin).await, []);
    let made_up = "A".repeat(43);
    for code in [code.as_str(), &made_up, "short", "%00", "%ff", "a%2fb"] {
        let answer = server.post(&format!("/api/invites/{code}"), &account("afi")).await;
        assert_eq!(code_of(answer).await, (410, FailureCode::LinkGone), "{code}");
    }
}

#[tokio::test]
async fn members_invite_nobody_and_the_last_owner_stays_one() {
    let server = Server::start().await;
    let [owner, admin, member] =
        [server.member("admin").await, server.member("manager").await, server.member("sena").await];
    let refused = |by: &Member, request| {
        let asker = by.asker();
        async move { asker.ask(request).await.unwrap_err().code().unwrap() }
    };
    let invite_as = |role| Request::CreateInvitation { role, uses: 1, lifetime_s: 3_600 };
    let make = |person: PersonId, role| Request::SetRole { person, role };

    for (by, request) in [
        (&member, invite_as(Role::Member)),
        (&member, Request::Invitations),
        (&member, make(member.id(), Role::Owner)),
        (&admin, invite_as(Role::Admin)),
        (&admin, make(member.id(), Role::Admin)),
    ] {
        assert_eq!(refused(by, request.clone()).await, FailureCode::NotAllowed, "{request:?}");
    }
    assert_eq!(refused(&owner, make(owner.id(), Role::Member)).await, FailureCode::LastOwner);
    owner.done(make(member.id(), Role::Owner)).await.unwrap();
    owner.done(make(owner.id(), Role::Member)).await.unwrap();
    assert_eq!(refused(&owner, Request::Invitations).await, FailureCode::NotAllowed);
    member.done(make(owner.id(), Role::Admin)).await.unwrap();
    invite(&owner, Role::Member, 1).await;
}

#[tokio::test]
async fn guesses_from_one_address_are_slowed_down() {
    let mut limited = Server::config();
    limited.sessions.attempts_per_address = 3;
    let server = Server::start_with(limited).await;
    let path = format!("/api/invites/{}", "A".repeat(43));

    let mut codes = Vec::new();
    for _ in 0..5 {
        codes.push(server.post(&path, &account("afi")).await.status().as_u16());
    }

    assert_eq!(codes, [410, 410, 410, 429, 429]);
}

/// The canary: what the terminal shows for a person's eyes is in no line of the log.
#[tokio::test]
async fn the_code_goes_to_the_terminal_and_into_no_log() {
    let data = TempDir::new().unwrap();
    let log = data.path().join("log");
    let output = spawn_blocking(move || {
        let mut child = Command::new(env!("CARGO_BIN_EXE_palabre"))
            .args(["serve", "--port", "0"])
            .env("PALABRE_DATA__DIRECTORY", data.path())
            .env("PALABRE_MEDIA__PORT", "0")
            .env("PALABRE_LOG__FILTER", "trace")
            .stdout(Stdio::piped())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let code = lines.find_map(|line| line.unwrap().split_once("/setup#").map(second)).unwrap();
        let pid = child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        child.wait().unwrap();
        (code, std::fs::read_to_string(&log).unwrap())
    });

    let (code, log) = output.await.unwrap();

    assert!(log.contains("serving"), "{log}");
    assert!(!log.contains(&code));
}

fn second((_, second): (&str, &str)) -> String {
    second.to_owned()
}

fn owner(code: &str, username: &str) -> Value {
    json!({ "code": code, "place": "Kitchen", "account": account(username) })
}

fn account(username: &str) -> Value {
    json!({ "username": username, "full_name": username, "password": PASSWORD })
}

async fn sign_in(server: &Server, username: &str) -> Member {
    let account = Account::sign_in(&server.base(), username, PASSWORD).await.unwrap();
    account.connect().await.unwrap()
}

async fn invite(by: &Member, role: Role, uses: u32) -> (Invitation, String) {
    let reply = by.ask(Request::CreateInvitation { role, uses, lifetime_s: 3_600 }).await.unwrap();
    let Reply::Invitation { invitation, code } = reply else { panic!("no invitation") };
    (invitation, code)
}

async fn invitations(by: &Member) -> Vec<Invitation> {
    let reply = by.ask(Request::Invitations).await.unwrap();
    let Reply::Invitations { invitations } = reply else { panic!("no invitations") };
    invitations
}

async fn code_of(response: reqwest::Response) -> (u16, FailureCode) {
    let status = response.status().as_u16();
    (status, response.json::<Failure>().await.unwrap().code)
}

const PASSWORD: &str = "sous le baobab";
