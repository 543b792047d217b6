//! Files without a web server: how they arrive, where they lie, and when they are gone.

use std::convert::Infallible;
use std::time::Duration;

use futures_util::stream;
use palabre_signaling::wire::{Failure, FailureCode, Role};
use tempfile::TempDir;

use super::*;
use crate::config::Config;
use crate::store::{NewPerson, SERVER_PATIENCE};

#[tokio::test]
async fn files_that_are_alike_lie_on_the_disk_once() {
    let place = Place::open().await;

    let [one, other] = [place.upload(b"a menu").await, place.upload(b"a menu").await];

    assert_ne!(one, other);
    assert_eq!(place.folder().blobs().len(), 1);
    assert!(place.folder().uploads().is_empty());
}

#[tokio::test]
async fn a_file_that_arrives_in_pieces_is_the_same_as_one_that_comes_at_once() {
    let place = Place::open().await;
    let whole = place.upload(b"a menu").await;
    let (file, _) = place.files.create(place.ana, "menu.txt", 6).await.unwrap();

    for (offset, piece) in [(0, b"a "), (2, b"me"), (4, b"nu")] {
        let progress = place.append(file, offset, vec![piece.to_vec()]).await.unwrap();
        assert_eq!(progress.offset, offset + 2);
    }

    let hash = async |file| place.files.read(place.ana, file, Form::Whole).await.unwrap().hash;
    assert_eq!(hash(file).await, hash(whole).await);
}

#[tokio::test]
async fn a_piece_that_fits_nowhere_is_refused_and_changes_nothing() {
    let place = Place::open().await;
    let (file, _) = place.files.create(place.ana, "a", 6).await.unwrap();
    place.append(file, 0, vec![b"abc".to_vec()]).await.unwrap();

    let code = async |offset, piece: &[u8]| {
        let refused = place.append(file, offset, vec![piece.to_vec()]).await.unwrap_err();
        Failure::from(refused).code
    };
    assert_eq!(code(0, b"abc").await, FailureCode::Stale);
    assert_eq!(code(5, b"f").await, FailureCode::Stale);
    assert_eq!(code(3, b"defg").await, FailureCode::TooLarge);
    assert_eq!(place.files.progress(place.ana, file).await.unwrap().offset, 3);
}

#[tokio::test]
async fn whoever_comes_back_is_not_kept_waiting_by_their_old_connection() {
    let place = Place::open().await;
    let (file, _) = place.files.create(place.ana, "a", 6).await.unwrap();
    // A connection of which nobody says that it was cut.
    let (pieces, coming) = tokio::sync::mpsc::channel::<Result<Bytes, Infallible>>(1);
    let body = stream::unfold(coming, |mut coming| async {
        let next = coming.recv().await;
        next.map(|next| (next, coming))
    });
    let hanging = tokio::spawn({
        let (files, ana) = (place.files.clone(), place.ana);
        async move { files.append(ana, file, 0, Box::pin(body)).await }
    });
    pieces.send(Ok(Bytes::from_static(b"abc"))).await.unwrap();
    // Taken by the upload when there is room again.
    pieces.reserve().await.unwrap();

    let progress = place.files.progress(place.ana, file).await.unwrap();

    assert!(progress.offset == 0 || progress.offset == 3);
    assert_eq!(hanging.await.unwrap().unwrap().offset, progress.offset);
    let rest = b"abcdef"[progress.offset as usize..].to_vec();
    assert_eq!(place.append(file, progress.offset, vec![rest]).await.unwrap().offset, 6);
}

#[tokio::test]
async fn what_never_arrives_and_what_nobody_sends_is_forgotten_after_a_day() {
    let place = Place::open().await;
    let (begun, _) = place.files.create(place.ana, "a", 6).await.unwrap();
    let unsent = place.upload(b"never sent").await;

    place.clock.advance(Duration::from_secs(23 * 3_600));
    place.files.sweep().await.unwrap();
    assert!(place.files.progress(place.ana, begun).await.is_ok());
    place.clock.advance(Duration::from_secs(2 * 3_600));
    place.files.sweep().await.unwrap();

    for file in [begun, unsent] {
        let refused = place.files.progress(place.ana, file).await.unwrap_err();
        assert_eq!(Failure::from(refused).code, FailureCode::NoSuchFile);
    }
    assert!(place.folder().uploads().is_empty() && place.folder().blobs().is_empty());
}

#[tokio::test]
async fn a_crash_between_disk_and_database_leaves_nothing_behind() {
    let place = Place::open().await;
    let (file, _) = place.files.create(place.ana, "a", 6).await.unwrap();
    let hash = disk::hash_file(&place.folder().upload(file)).unwrap();
    place.files.0.store.announce_blobs(vec![hash]).await.unwrap();
    place.folder().place(file, hash, None).await.unwrap();
    assert_eq!(place.folder().blobs().len(), 1);

    place.files.sweep().await.unwrap();

    assert!(place.folder().blobs().is_empty());
    assert!(place.files.0.store.orphans().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_file_of_which_all_came_before_a_crash_is_taken_in_when_it_is_asked_for() {
    let place = Place::open().await;
    let (file, _) = place.files.create(place.ana, "a", 6).await.unwrap();
    std::fs::write(place.folder().upload(file), b"a menu").unwrap();

    place.files.finish(place.ana, file).await.unwrap();

    let blob = place.files.read(place.ana, file, Form::Whole).await.unwrap();
    assert_eq!((blob.bytes, blob.attachment.media_type.as_str()), (6, "text/plain"));
}

#[tokio::test]
async fn nobody_else_sees_or_touches_what_is_on_its_way() {
    let place = Place::open().await;
    let (begun, _) = place.files.create(place.ana, "a", 6).await.unwrap();
    let unsent = place.upload(b"not sent").await;
    let ben = place.person("ben").await;

    assert!(place.files.progress(ben, begun).await.is_err());
    assert!(place.files.discard(ben, begun).await.is_err());
    assert!(place.files.read(ben, unsent, Form::Whole).await.is_err());
    let body = stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"x"))]);
    assert!(place.files.append(ben, begun, 0, body).await.is_err());
    place.files.discard(place.ana, begun).await.unwrap();
}

/// A place with a clock that stands still until a test moves it.
struct Place {
    files: Files,
    clock: Clock,
    ana: PersonId,
    _data: TempDir,
}

impl Place {
    async fn open() -> Self {
        let data = TempDir::new().unwrap();
        let store = Store::open(&data.path().join("palabre.db"), SERVER_PATIENCE).await.unwrap();
        let clock = Clock::manual(1_800_000_000_000);
        let config = Config::default().files;
        let files = Files::open(data.path(), store, clock.clone(), config).unwrap();
        let mut place = Self { files, clock, ana: PersonId(Uuid::nil()), _data: data };
        place.ana = place.person("ana").await;
        place
    }

    async fn person(&self, username: &str) -> PersonId {
        let person = NewPerson {
            username: username.into(),
            full_name: username.into(),
            role: Role::Member,
            password_hash: String::new(),
            now_ms: 0,
        };
        self.files.0.store.create_person(person).await.unwrap().unwrap().id
    }

    async fn upload(&self, bytes: &[u8]) -> FileId {
        let created = self.files.create(self.ana, "menu.txt", bytes.len() as u64).await;
        let (file, _) = created.unwrap();
        self.append(file, 0, vec![bytes.to_vec()]).await.unwrap();
        file
    }

    async fn append(
        &self,
        file: FileId,
        offset: u64,
        pieces: Vec<Vec<u8>>,
    ) -> Result<Progress, FileError> {
        let pieces = pieces.into_iter().map(|piece| Ok::<_, Infallible>(Bytes::from(piece)));
        self.files.append(self.ana, file, offset, stream::iter(pieces)).await
    }

    fn folder(&self) -> &Folder {
        &self.files.0.folder
    }
}
