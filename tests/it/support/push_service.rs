//! A push service (RFC 8030) that reads what it carries, as browsers would.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::signature::{self, ECDSA_P256_SHA256_FIXED};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use headless::wire::{Language, PushMessage, PushSubscription};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::time::timeout;

/// A push service on a free port of this machine; it ends with the test.
pub(crate) struct PushService {
    pub(crate) origin: String,
    shelf: Arc<Shelf>,
}

/// A browser that has subscribed, with its keys.
pub(crate) struct Browser {
    endpoint: String,
    key: PrivateKey,
    public: Vec<u8>,
    auth: [u8; 16],
}

/// A push message as it arrived.
#[derive(Debug)]
pub(crate) struct Carried {
    pub(crate) endpoint: String,
    pub(crate) headers: HeaderMap,
    body: Vec<u8>,
}

#[derive(Default)]
struct Shelf {
    arrived: Mutex<VecDeque<Carried>>,
    /// How the next ones are answered, with the value of `retry-after`; 201 when there is none.
    answers: Mutex<VecDeque<(StatusCode, Option<u32>)>>,
    news: Notify,
}

impl PushService {
    pub(crate) async fn start() -> Self {
        let shelf = Arc::new(Shelf::default());
        let router = Router::new().route("/{browser}", post(take)).with_state(Arc::clone(&shelf));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { origin, shelf }
    }

    /// A browser that gets its notices here.
    pub(crate) fn browser(&self, name: &str) -> Browser {
        let key = PrivateKey::generate(&ECDH_P256).unwrap();
        let public = key.compute_public_key().unwrap().as_ref().to_vec();
        let mut auth = [0; 16];
        aws_lc_rs::rand::fill(&mut auth).unwrap();
        Browser { endpoint: format!("{}/{name}", self.origin), key, public, auth }
    }

    /// Answers the next push message like that.
    pub(crate) fn answer(&self, status: u16, retry_after_s: Option<u32>) {
        let status = StatusCode::from_u16(status).unwrap();
        self.shelf.answers.lock().unwrap().push_back((status, retry_after_s));
    }

    /// The next push message; a test that waits for one that never comes fails.
    pub(crate) async fn next(&self) -> Carried {
        let arrived = async {
            loop {
                if let Some(carried) = self.shelf.arrived.lock().unwrap().pop_front() {
                    return carried;
                }
                self.shelf.news.notified().await;
            }
        };
        timeout(PATIENCE, arrived).await.expect("a push message")
    }

    /// How many have arrived and were not looked at.
    pub(crate) fn waiting(&self) -> usize {
        self.shelf.arrived.lock().unwrap().len()
    }
}

async fn take(
    State(shelf): State<Arc<Shelf>>,
    Path(browser): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let host = headers["host"].to_str().unwrap().to_owned();
    let endpoint = format!("http://{host}/{browser}");
    shelf.arrived.lock().unwrap().push_back(Carried { endpoint, headers, body: body.to_vec() });
    shelf.news.notify_one();
    let answer = shelf.answers.lock().unwrap().pop_front();
    let (status, retry_after_s) = answer.unwrap_or((StatusCode::CREATED, None));
    match retry_after_s {
        Some(seconds) => (status, [("retry-after", seconds.to_string())]).into_response(),
        None => status.into_response(),
    }
}

impl Browser {
    /// What the page tells the server.
    pub(crate) fn subscription(&self, previews: bool) -> PushSubscription {
        PushSubscription {
            endpoint: self.endpoint.clone(),
            p256dh: BASE64.encode(&self.public),
            auth: BASE64.encode(self.auth),
            language: Language::Fr,
            previews,
        }
    }

    /// Checks who has sent it (RFC 8292) and decrypts it (RFC 8291).
    pub(crate) fn read(&self, carried: &Carried, server_key: &str) -> PushMessage {
        assert_eq!(carried.endpoint, self.endpoint, "another browser's");
        check_sender(carried, server_key);
        assert_eq!(carried.headers["content-encoding"], "aes128gcm");
        assert!(carried.body.len() <= 4_096);
        let (salt, rest) = carried.body.split_at(16);
        let (record_size, rest) = rest.split_at(4);
        assert_eq!(record_size, 4_096_u32.to_be_bytes());
        let (server, record) = rest[1..].split_at(usize::from(rest[0]));
        let peer = UnparsedPublicKey::new(&ECDH_P256, server);
        let secret = agree(&self.key, peer, (), |secret| {
            let info: [&[u8]; 3] = [b"WebPush: info\0", &self.public, server];
            Ok(derive::<32>(&self.auth, secret, &info))
        });
        let secret = secret.unwrap();
        let key: [u8; 16] = derive(salt, &secret, &[b"Content-Encoding: aes128gcm\0"]);
        let nonce: [u8; 12] = derive(salt, &secret, &[b"Content-Encoding: nonce\0"]);
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).unwrap());
        let mut record = record.to_vec();
        let nonce = Nonce::assume_unique_for_key(nonce);
        let plaintext = key.open_in_place(nonce, Aad::empty(), &mut record).unwrap();
        let (end, plaintext) = plaintext.split_last().unwrap();
        assert_eq!(*end, 2, "the last record ends with 2");
        serde_json::from_slice(plaintext).unwrap()
    }
}

fn check_sender(carried: &Carried, server_key: &str) {
    let header = carried.headers["authorization"].to_str().unwrap();
    let (token, key) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
    assert_eq!(key, server_key);
    let (said, signature) = token.rsplit_once('.').unwrap();
    let key =
        signature::UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, BASE64.decode(key).unwrap());
    key.verify(said.as_bytes(), &BASE64.decode(signature).unwrap()).unwrap();
    let claims = BASE64.decode(said.split_once('.').unwrap().1).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    let origin = carried.endpoint.rsplit_once('/').unwrap().0;
    assert_eq!(claims["aud"], origin);
    assert!(claims["sub"].as_str().unwrap().starts_with("https://"));
}

fn derive<const N: usize>(salt: &[u8], secret: &[u8], info: &[&[u8]]) -> [u8; N] {
    struct Length(usize);
    impl KeyType for Length {
        fn len(&self) -> usize {
            self.0
        }
    }
    let mut key = [0; N];
    let extracted = Salt::new(HKDF_SHA256, salt).extract(secret);
    extracted.expand(info, Length(N)).unwrap().fill(&mut key).unwrap();
    key
}

/// How long a test waits for what must come, before it fails.
const PATIENCE: Duration = Duration::from_secs(20);
