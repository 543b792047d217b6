//! Files over HTTP: what they may be, who gets them, and what a cut or a crash does to them.

use std::io::Cursor;

use headless::Member;
use headless::wire::{
    ConversationId, Event, FailureCode, FileId, Message, PersonalMark, Preferences, Reply, Request,
};
use image::{ImageFormat, RgbImage};
use palabre::config::Config;
use reqwest::header::{HeaderMap, RANGE};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use uuid::Uuid;

use crate::support::{Program, Server, join};

#[tokio::test]
async fn a_file_is_for_members_and_for_nobody_else() {
    let server = Server::start().await;
    let (kitchen, [ana, mut ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let [stranger, signed_out] = [server.account("yao").await, server.account("sena").await];
    signed_out.sign_out().await.unwrap();
    let ana = Person::new(server.base(), ana.account().token());
    let file = ana.upload("menu.pdf", b"%PDF-1.7 rice").await;
    let sent = ana.send(kitchen, "today", &[file]).await;

    let told = |event: &Event| {
        let Event::MessageChanged { message } = event else { return None };
        message.content.attachments().first().map(|attachment| attachment.name.clone())
    };
    assert_eq!(ben.wait_for("the file", told).await.unwrap(), "menu.pdf");
    let ben = Person::new(server.base(), ben.account().token());
    let response = ben.get(file).await;
    assert_eq!(response.headers()["content-type"], "application/pdf");
    assert_eq!(response.bytes().await.unwrap().as_ref(), b"%PDF-1.7 rice");
    for (token, status) in [
        (stranger.token(), StatusCode::NOT_FOUND),
        (signed_out.token(), StatusCode::UNAUTHORIZED),
        ("", StatusCode::UNAUTHORIZED),
    ] {
        assert_eq!(Person::new(server.base(), token).get(file).await.status(), status);
    }
    let base = format!("/api/conversations/{kitchen}/messages/{}", sent.id);
    ana.ask(Method::DELETE, &base, Value::Null).await;
    assert_eq!(ben.get(file).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_has_listened_is_told_to_the_sender_alone_unless_one_of_them_reads_privately() {
    let server = Server::start().await;
    let (kitchen, [mut ana, mut ben, sena]) =
        server.join("kitchen", ["admin", "manager", "sena"]).await;
    let person = Person::new(server.base(), ana.account().token());
    let file = person.upload("voice.ogg", b"OggS").await;
    let voice = json!({ "duration_ms": 1_000, "waveform": [10] });
    let files = json!([{ "file": file, "voice": voice }]);
    let sent = message(person.try_send_with(kitchen, "", files).await).id;
    let text = ana.post(kitchen, "no voice").await.unwrap().id;
    let listen = |message| Request::MarkListened { conversation: kitchen, message };

    for _ in 0..2 {
        ben.done(listen(sent)).await.unwrap();
    }
    let (ben_keeps, ana_keeps) = (next_mark(&mut ben).await, next_mark(&mut ana).await);
    let reads_privately = |on| Request::SetPreferences {
        preferences: Preferences { reads_privately: on, ..Preferences::default() },
    };
    sena.done(reads_privately(true)).await.unwrap();
    sena.done(listen(sent)).await.unwrap();
    sena.done(reads_privately(false)).await.unwrap();
    ana.done(listen(sent)).await.unwrap();
    let star = Request::StarMessage { conversation: kitchen, message: sent, starred: true };
    ana.done(star).await.unwrap();
    let ana_keeps_then = next_mark(&mut ana).await;

    assert_eq!((ben_keeps.listened, ben_keeps.listeners), (true, 0));
    assert_eq!((ana_keeps.listened, ana_keeps.listeners), (false, 1));
    let kept = (ana_keeps_then.starred, ana_keeps_then.listened, ana_keeps_then.listeners);
    assert_eq!(kept, (true, false, 1));
    let receipts = Request::Receipts { conversation: kitchen, message: sent };
    let Ok(Reply::Receipts { receipts }) = ana.ask(receipts).await else { panic!("no receipts") };
    let listened: Vec<_> = receipts.iter().map(|it| (it.person, it.listened)).collect();
    assert_eq!(listened, [(ben.id(), true), (sena.id(), false)]);
    assert!(receipts[0].listened_at_ms.is_some());
    let refused = ben.done(listen(text)).await.unwrap_err();
    assert_eq!(refused.code(), Some(FailureCode::NotAllowed));
}

async fn next_mark(member: &mut Member) -> PersonalMark {
    let told = |event: &Event| {
        let Event::PersonalChanged { changes } = event else { return None };
        changes.marks.first().copied()
    };
    member.wait_for("a mark", told).await.unwrap()
}

#[tokio::test]
async fn a_picture_of_oneself_is_for_all_who_know_one_and_is_no_message() {
    let server = Server::start().await;
    let (kitchen, [ana, mut ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let stranger = server.account("yao").await;
    let ana = Person::new(server.base(), ana.account().token());
    let picture = ana.upload("me.png", &png(8, 8)).await;
    let words = ana.upload("me.txt", b"not a picture").await;

    let profile = |file: FileId| json!({ "full_name": "Ana of the well", "picture": file });
    let refused = ana.ask(Method::PUT, "/api/profile", profile(words)).await;
    let done = ana.ask(Method::PUT, "/api/profile", profile(picture)).await;

    assert_eq!(refused["code"], "no_such_file");
    assert_eq!(done["type"], "done");
    let told = |event: &Event| {
        let Event::PersonChanged { person } = event else { return None };
        Some((person.full_name.clone(), person.picture))
    };
    let told = ben.wait_for("the new name", told).await.unwrap();
    assert_eq!(told, (String::from("Ana of the well"), Some(picture)));
    let path = format!("/api/files/{picture}/thumbnail");
    for (token, status) in [(stranger.token(), StatusCode::OK), ("", StatusCode::UNAUTHORIZED)] {
        let reader = Person::new(server.base(), token);
        assert_eq!(reader.request(Method::GET, &path).send().await.unwrap().status(), status);
    }
    let sent = ana.try_send(kitchen, "", &[picture]).await;
    assert_eq!(sent["code"], "no_such_file", "deleting that message would delete the picture");
    let none = json!({ "full_name": "Ana" });
    ana.ask(Method::PUT, "/api/profile", none).await;
    let reader = Person::new(server.base(), stranger.token());
    let gone = reader.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_file_that_is_passed_on_stays_when_the_first_message_is_deleted() {
    let server = Server::start().await;
    let (kitchen, [ana, _ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let (garden, [sena, _]) = server.join("garden", ["sena", "admin"]).await;
    let [ana, sena] =
        [ana, sena].map(|member| Person::new(server.base(), member.account().token()));
    let file = ana.upload("menu.txt", b"rice").await;
    let sent = ana.send(kitchen, "", &[file]).await;

    let forward = json!({ "client_id": Uuid::now_v7(), "message": sent.id });
    let path = format!("/api/conversations/{garden}/forwards");
    let passed = message(ana.ask(Method::POST, &path, forward).await);
    let path = format!("/api/conversations/{kitchen}/messages/{}", sent.id);
    ana.ask(Method::DELETE, &path, Value::Null).await;

    let copy = passed.content.attachments()[0].file;
    assert_ne!(copy, file);
    assert_eq!(sena.get(file).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(sena.get(copy).await.text().await.unwrap(), "rice");
}

#[tokio::test]
async fn an_upload_goes_on_where_it_was_after_a_cut_and_after_kill_9() {
    let mut program = Program::start().await;
    let (kitchen, [ana, _]) = join(program.base(), "kitchen", ["admin", "manager"]).await;
    let ana = Person::new(program.base().to_owned(), ana.account().token());
    let bytes: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
    let file = ana.create("numbers.bin", bytes.len()).await.unwrap();

    ana.append_and_cut(file, &bytes, 100_000).await;
    let after_cut = ana.offset(file).await;
    ana.append_and_cut_at(file, after_cut, &bytes, 300_000).await;
    let before_kill = ana.offset(file).await;
    program.kill_and_restart().await;
    let after_kill = ana.offset(file).await;

    assert!(0 < after_cut && after_cut < before_kill, "{after_cut}, {before_kill}");
    assert_eq!(after_kill, before_kill);
    ana.append(file, after_kill, &bytes[after_kill as usize..]).await.unwrap();
    ana.send(kitchen, "", &[file]).await;
    assert!(ana.get(file).await.bytes().await.unwrap() == bytes);
}

#[tokio::test]
async fn what_is_too_large_or_too_much_is_refused_by_its_bound() {
    let mut config = Server::config();
    config.files.max_file_mib = 1;
    config.files.max_person_mib = 2;
    config.files.max_uploads = 3;
    let server = Server::start_with(config).await;
    let (kitchen, [ana, _]) = server.join("kitchen", ["admin", "manager"]).await;
    let ana = Person::new(server.base(), ana.account().token());
    let half = vec![7; 1 << 19];

    assert_eq!(ana.create("a", (1 << 20) + 1).await.unwrap_err(), "file_too_large");
    assert_eq!(ana.create("a", 0).await.unwrap_err(), "empty");
    // What is alike counts once, so the same half goes in any number of times.
    let mut files = Vec::new();
    for _ in 0..11 {
        files.push(ana.upload("half.bin", &half).await);
    }
    ana.create("a", 1 << 20).await.unwrap();
    assert_eq!(ana.create("a", 1 << 20).await.unwrap_err(), "no_space_left");
    ana.create("a", 1).await.unwrap();
    ana.create("a", 1).await.unwrap();
    assert_eq!(ana.create("a", 1).await.unwrap_err(), "too_many");
    let send = async |files: &[FileId]| {
        let answer = ana.try_send(kitchen, "", files).await;
        answer["code"].as_str().unwrap_or("sent").to_owned()
    };
    assert_eq!(send(&files).await, "too_many");
    assert_eq!(send(&[files[0], files[0]]).await, "no_such_file");
    assert_eq!(send(&files[..1]).await, "sent");
    assert_eq!(send(&files[..1]).await, "no_such_file");
    assert_eq!(send(&[]).await, "empty");
}

#[tokio::test]
async fn a_picture_arrives_without_its_secrets_and_a_bomb_does_not_arrive() {
    let server = Server::start().await;
    let (kitchen, [ana, _]) = server.join("kitchen", ["admin", "manager"]).await;
    let ana = Person::new(server.base(), ana.account().token());
    let picture = png(1_000, 500);
    // A chunk of text before the end, as programs leave it.
    let (start, end) = picture.split_at(picture.len() - 12);
    let text = [&9_u32.to_be_bytes(), b"tEXt".as_slice(), b"GPS\x006.13N", &[0; 4]].concat();

    let file = ana.upload("holiday.jpg", &[start, &text, end].concat()).await;
    let sent = ana.send(kitchen, "", &[file]).await;

    let told = serde_json::to_value(&sent.content.attachments()[0]).unwrap();
    assert_eq!(told["media_type"], "image/png");
    assert_eq!(
        (&told["kind"], &told["width"], &told["height"]),
        (&json!("image"), &json!(1_000), &json!(500))
    );
    assert!(told["placeholder"].as_str().is_some_and(|it| it.len() < 50), "{told}");
    assert!(ana.get(file).await.bytes().await.unwrap() == picture);
    let thumbnail = ana.request(Method::GET, &format!("/api/files/{file}/thumbnail"));
    let thumbnail = thumbnail.send().await.unwrap().bytes().await.unwrap();
    let small = image::load_from_memory_with_format(&thumbnail, ImageFormat::Jpeg).unwrap();
    assert_eq!((small.width(), small.height()), (640, 320));

    // Two million lines of two million dots in a few bytes.
    let bomb = b"GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x02\x01L\0;";
    for (bytes, code) in [(bomb.as_slice(), "picture_too_large"), (&picture[..99], "bad_picture")] {
        let refused = ana.create("p", bytes.len()).await.unwrap();
        assert_eq!(ana.append(refused, 0, bytes).await.unwrap_err(), code);
        assert_eq!(ana.try_send(kitchen, "", &[refused]).await["code"], "no_such_file");
    }
}

#[tokio::test]
async fn whatever_is_no_picture_is_handed_out_as_bytes_to_be_saved() {
    let server = Server::start().await;
    let (kitchen, [ana, _]) = server.join("kitchen", ["admin", "manager"]).await;
    let ana = Person::new(server.base(), ana.account().token());
    for (name, bytes, media_type) in [
        ("photo.png", b"<html><script>alert(1)</script>".as_slice(), "text/html"),
        ("menu.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "text/plain"),
        // Nobody unpacks it, so it cannot blow up.
        ("bomb.zip", b"PK\x03\x04 ten times as much", "application/zip"),
    ] {
        let file = ana.upload(name, bytes).await;
        let sent = ana.send(kitchen, "", &[file]).await;

        let response = ana.get(file).await;

        assert_eq!(sent.content.attachments()[0].media_type, media_type);
        let headers = response.headers();
        assert_eq!(headers["content-type"], "application/octet-stream", "{name}");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["content-security-policy"], "default-src 'none'; sandbox");
        assert_eq!(headers["cache-control"], "private, no-cache");
        let saved_as = headers["content-disposition"].to_str().unwrap();
        assert_eq!(saved_as, format!("attachment; filename*=UTF-8''{name}"));
        assert_eq!(response.bytes().await.unwrap(), bytes);
    }
}

#[tokio::test]
async fn a_part_of_a_file_is_sent_to_those_who_ask_for_one() {
    let server = Server::start().await;
    let ana = server.account("admin").await;
    let ana = Person::new(server.base(), ana.token());
    let file = ana.upload("digits.txt", b"0123456789").await;
    let get =
        |range: &str| ana.request(Method::GET, &format!("/api/files/{file}")).header(RANGE, range);

    let part = get("bytes=2-4").send().await.unwrap();
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.headers()["content-range"], "bytes 2-4/10");
    let tag = part.headers()["etag"].clone();
    assert_eq!(part.text().await.unwrap(), "234");
    let stale = get("bytes=2-4").header("if-range", "\"other\"").send().await.unwrap();
    assert_eq!((stale.status(), stale.text().await.unwrap().len()), (StatusCode::OK, 10));
    let beyond = get("bytes=10-").send().await.unwrap();
    assert_eq!(beyond.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    let known = get("").header("if-none-match", tag).send().await.unwrap();
    assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn files_are_found_by_their_names_and_listed_by_their_kinds() {
    let server = Server::start().await;
    let (kitchen, [ana, _]) = server.join("kitchen", ["admin", "manager"]).await;
    let ana = Person::new(server.base(), ana.account().token());
    for (name, bytes) in [("Écolage été.pdf", b"%PDF-1.7".to_vec()), ("b.png", png(2, 2))] {
        let file = ana.upload(name, &bytes).await;
        ana.send(kitchen, "look", &[file]).await;
    }
    ana.send(kitchen, "look here", &[]).await;

    let count = async |path: String, list: &str| {
        let answer: Value =
            ana.request(Method::GET, &path).send().await.unwrap().json().await.unwrap();
        answer[list].as_array().unwrap_or_else(|| panic!("{answer}")).len()
    };
    let search = |query: &str| format!("/api/search?limit=20&query={query}");
    assert_eq!(count(search("ecolage+ete"), "found").await, 1);
    assert_eq!(count(search("look"), "found").await, 3);
    assert_eq!(count(search("look&has_file=true"), "found").await, 2);
    let files = |rest: &str| format!("/api/conversations/{kitchen}/files?limit=9&{rest}");
    assert_eq!(count(files("group=documents"), "messages").await, 1);
    assert_eq!(count(files("group=media"), "messages").await, 1);
    assert_eq!(count(files("group=audio"), "messages").await, 0);
    assert_eq!(count(files("group=media&before_number=2"), "messages").await, 0);
}

#[tokio::test]
async fn a_client_of_another_version_of_tus_is_told_the_one_that_is_spoken() {
    let server = Server::start().await;
    let account = server.account("admin").await;
    let url = format!("{}/api/uploads", server.base());

    let refused = Client::new().post(&url).bearer_auth(account.token());
    let refused = refused.header("upload-length", 1).send().await.unwrap();
    let told = Client::new().request(Method::OPTIONS, &url).send().await.unwrap();

    assert_eq!(refused.status(), StatusCode::PRECONDITION_FAILED);
    assert_eq!(told.headers()["tus-version"], "1.0.0");
    assert_eq!(told.headers()["tus-extension"], "creation,expiration,termination");
    let limit = Config::default().files.max_file_bytes().to_string();
    assert_eq!(told.headers()["tus-max-size"], limit.as_str());
}

/// Somebody who sends and reads files.
struct Person {
    base: String,
    token: String,
}

impl Person {
    fn new(base: String, token: &str) -> Self {
        Self { base, token: token.to_owned() }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = Client::new().request(method, format!("{}{path}", self.base));
        request.bearer_auth(&self.token).header("tus-resumable", "1.0.0")
    }

    async fn ask(&self, method: Method, path: &str, body: Value) -> Value {
        let request = self.request(method, path);
        let request = if body.is_null() { request } else { request.json(&body) };
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Announces a file, or returns the code by which it is refused.
    async fn create(&self, name: &str, bytes: usize) -> Result<FileId, String> {
        use base64::Engine as _;
        let name = base64::engine::general_purpose::STANDARD.encode(name);
        let request = self.request(Method::POST, "/api/uploads").header("upload-length", bytes);
        let response = request.header("upload-metadata", format!("filename {name}"));
        let headers = headers(response.send().await.unwrap()).await?;
        let location = headers["location"].to_str().unwrap().to_owned();
        Ok(FileId(location.rsplit('/').next().unwrap().parse().unwrap()))
    }

    async fn append(&self, file: FileId, offset: u64, bytes: &[u8]) -> Result<(), String> {
        let request = self.request(Method::PATCH, &format!("/api/uploads/{file}"));
        let request = request
            .header("upload-offset", offset)
            .header("content-type", "application/offset+octet-stream")
            .body(bytes.to_vec());
        headers(request.send().await.unwrap()).await.map(drop)
    }

    async fn upload(&self, name: &str, bytes: &[u8]) -> FileId {
        let file = self.create(name, bytes.len()).await.unwrap();
        self.append(file, 0, bytes).await.unwrap();
        file
    }

    async fn append_and_cut(&self, file: FileId, bytes: &[u8], count: usize) {
        self.append_and_cut_at(file, 0, bytes, count).await;
    }

    /// Begins to send all that is left, and loses the connection after `count` bytes.
    async fn append_and_cut_at(&self, file: FileId, offset: u64, bytes: &[u8], count: usize) {
        let address = self.base.strip_prefix("http://").unwrap();
        let mut socket = TcpStream::connect(address).await.unwrap();
        let rest = &bytes[offset as usize..];
        let head = format!(
            "PATCH /api/uploads/{file} HTTP/1.1\r\nhost: {address}\r\n\
             authorization: Bearer {}\r\ntus-resumable: 1.0.0\r\nupload-offset: {offset}\r\n\
             content-type: application/offset+octet-stream\r\ncontent-length: {}\r\n\r\n",
            self.token,
            rest.len()
        );
        socket.write_all(head.as_bytes()).await.unwrap();
        socket.write_all(&rest[..count]).await.unwrap();
        socket.shutdown().await.unwrap();
        // The answer, or the end, says that the server has seen the cut.
        let mut answer = Vec::new();
        let _ = tokio::io::AsyncReadExt::read_to_end(&mut socket, &mut answer).await;
    }

    async fn offset(&self, file: FileId) -> u64 {
        let request = self.request(Method::HEAD, &format!("/api/uploads/{file}"));
        let headers = headers(request.send().await.unwrap()).await.unwrap();
        headers["upload-offset"].to_str().unwrap().parse().unwrap()
    }

    async fn try_send(&self, conversation: ConversationId, text: &str, files: &[FileId]) -> Value {
        let files = files.iter().map(|file| json!({ "file": file })).collect();
        self.try_send_with(conversation, text, files).await
    }

    async fn try_send_with(&self, conversation: ConversationId, text: &str, files: Value) -> Value {
        let body = json!({ "client_id": Uuid::now_v7(), "text": text, "files": files });
        let path = format!("/api/conversations/{conversation}/messages");
        self.ask(Method::POST, &path, body).await
    }

    async fn send(&self, conversation: ConversationId, text: &str, files: &[FileId]) -> Message {
        message(self.try_send(conversation, text, files).await)
    }

    async fn get(&self, file: FileId) -> Response {
        self.request(Method::GET, &format!("/api/files/{file}")).send().await.unwrap()
    }
}

fn message(mut reply: Value) -> Message {
    assert_eq!(reply["type"], "message", "{reply}");
    serde_json::from_value(reply["message"].take()).unwrap()
}

/// The headers of an answer, or the code of the refusal.
async fn headers(response: Response) -> Result<HeaderMap, String> {
    if response.status().is_success() {
        return Ok(response.headers().clone());
    }
    let refusal: Value = response.json().await.unwrap_or_default();
    Err(refusal["code"].as_str().unwrap_or("no code").to_owned())
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::new(width, height).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}
