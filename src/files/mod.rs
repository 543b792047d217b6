//! Files: they arrive in pieces, are looked at once, and lie on the disk under the hash of what they
//! are.
//!
//! The database says which files there are and who may read them; the folder holds their bytes. What
//! comes first is chosen so that a crash at any moment leaves no file without its bytes, and nothing
//! on the disk that nobody remembers.

mod disk;
mod error;
mod kind;
mod picture;
mod strip;
mod sweep;
#[cfg(test)]
mod tests;
mod turns;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use futures_util::{Stream, StreamExt as _};
use palabre_signaling::attachment::check_name;
use palabre_signaling::error::Refusal;
use palabre_signaling::wire::{Attachment, FileId, PersonId};
use tokio::io::AsyncWriteExt as _;
use tokio::sync::{Mutex, Notify, Semaphore};
use tokio::task::spawn_blocking;
use tracing::info;
use uuid::Uuid;

use crate::clock::Clock;
use crate::config::FilesConfig;
use crate::store::{Hash, NewFile, NewUpload, Store, StoreError, Upload};

use disk::Folder;
use turns::{Turn, Turns};

pub(crate) use disk::hex;
pub(crate) use error::FileError;
pub(crate) use kind::served_as;

/// The files of the place; cheap to clone.
#[derive(Clone, Debug)]
pub struct Files(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    folder: Folder,
    clock: Clock,
    config: FilesConfig,
    turns: Turns,
    /// Leave to look at a file, which takes a processor and memory that calls could need.
    looking: Arc<Semaphore>,
    /// Held while bytes get their place and while those are removed that nobody needs, so that
    /// nothing is removed that has just been found to be there already.
    placing: Mutex<()>,
    /// Told when something may be removed.
    unneeded: Notify,
}

/// How far a file has come, in bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Progress {
    /// What is there.
    pub(crate) offset: u64,
    /// All of it.
    pub(crate) bytes: u64,
    /// When it is forgotten unless more comes, in ms since 1970; `None` once it is complete.
    pub(crate) expires_at_ms: Option<i64>,
}

/// The bytes of a file, for somebody who may read it.
#[derive(Debug)]
pub(crate) struct Blob {
    /// What they belong to.
    pub(crate) attachment: Attachment,
    /// What names them.
    pub(crate) hash: Hash,
    /// How many there are.
    pub(crate) bytes: u64,
    /// Open at the start.
    pub(crate) reader: tokio::fs::File,
}

/// Which bytes of a file are wanted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Form {
    /// As it was sent.
    Whole,
    /// A small picture of it.
    Thumbnail,
}

impl Files {
    /// Opens the folder of files in the folder of the data.
    pub fn open(
        data: &std::path::Path,
        store: Store,
        clock: Clock,
        config: FilesConfig,
    ) -> io::Result<Self> {
        let folder = Folder::open(data.join(FOLDER))?;
        Ok(Self(Arc::new(Inner {
            store,
            folder,
            clock,
            config,
            turns: Turns::default(),
            looking: Arc::new(Semaphore::new(MAX_LOOKING)),
            placing: Mutex::default(),
            unneeded: Notify::new(),
        })))
    }

    /// Largest file, in bytes.
    pub(crate) fn max_file_bytes(&self) -> u64 {
        self.0.config.max_file_bytes()
    }

    /// Takes note of a file that is to be uploaded.
    pub(crate) async fn create(
        &self,
        owner: PersonId,
        name: &str,
        bytes: u64,
    ) -> Result<(FileId, Progress), FileError> {
        let Inner { store, folder, config, .. } = &*self.0;
        let limit = config.max_file_bytes();
        if limit < bytes {
            return Err(Refusal::FileTooLarge { bytes, limit }.into());
        }
        if bytes == 0 {
            return Err(Refusal::Empty.into());
        }
        let id = FileId(Uuid::new_v4());
        let expires_at_ms = self.expiry();
        let new = NewUpload {
            id,
            owner,
            name: check_name(name),
            bytes,
            expires_at_ms,
            max_owner_bytes: config.max_person_bytes(),
            max_uploads: config.max_uploads,
        };
        store.create_upload(new).await??;
        folder.create(id).await?;
        Ok((id, Progress { offset: 0, bytes, expires_at_ms: Some(expires_at_ms) }))
    }

    /// How far a file has come. Whoever still writes to it is stopped, so that the answer holds.
    pub(crate) async fn progress(
        &self,
        owner: PersonId,
        file: FileId,
    ) -> Result<Progress, FileError> {
        let _turn = self.0.turns.take(file).await;
        match self.0.store.upload(owner, file).await? {
            Some(upload) => self.progress_of(file, &upload).await,
            None => self.progress_of_complete(owner, file).await,
        }
    }

    /// Adds what comes to a file that has come as far as `offset`, and takes the file in when it is
    /// complete. What came before a cut is kept.
    ///
    /// It goes on when its caller gives up, until the body says that nothing more comes.
    pub(crate) async fn append<E>(
        &self,
        owner: PersonId,
        file: FileId,
        offset: u64,
        body: impl Stream<Item = Result<Bytes, E>> + Send + Unpin + 'static,
    ) -> Result<Progress, FileError>
    where
        E: Send + 'static,
    {
        let files = self.clone();
        let task = tokio::spawn(async move {
            let turn = files.0.turns.take(file).await;
            let Some(upload) = files.0.store.upload(owner, file).await? else {
                let complete = files.progress_of_complete(owner, file).await?;
                let is_at_end = offset == complete.offset;
                return if is_at_end { Ok(complete) } else { Err(FileError::WrongOffset) };
            };
            files.receive(&turn, file, &upload, offset, body).await?;
            let progress = files.progress_of(file, &upload).await?;
            if progress.offset < upload.bytes {
                files.0.store.extend_upload(file, files.expiry()).await?;
                return Ok(Progress { expires_at_ms: Some(files.expiry()), ..progress });
            }
            files.take_in(owner, file, upload).await?;
            Ok(Progress { expires_at_ms: None, ..progress })
        });
        task.await.map_err(|_| FileError::Disk(io::Error::other("the upload was cut short")))?
    }

    /// Takes in a file that has arrived, if that was not done when its last piece came.
    pub(crate) async fn finish(&self, owner: PersonId, file: FileId) -> Result<(), FileError> {
        let files = self.clone();
        let task = tokio::spawn(async move {
            let _turn = files.0.turns.take(file).await;
            let Some(upload) = files.0.store.upload(owner, file).await? else { return Ok(()) };
            if files.progress_of(file, &upload).await?.offset < upload.bytes {
                return Err(Refusal::NoSuchFile.into());
            }
            files.take_in(owner, file, upload).await
        });
        task.await.map_err(|_| FileError::Disk(io::Error::other("a file was not taken in")))?
    }

    /// Gives up an upload, or a file that no message carries yet.
    pub(crate) async fn discard(&self, owner: PersonId, file: FileId) -> Result<(), FileError> {
        let Inner { store, folder, turns, .. } = &*self.0;
        let _turn = turns.take(file).await;
        if store.upload(owner, file).await?.is_none() {
            return Err(Refusal::NoSuchFile.into());
        }
        store.delete_upload(file).await?;
        folder.remove_upload(file).await?;
        Ok(())
    }

    /// Opens a file for somebody who may read it.
    pub(crate) async fn read(
        &self,
        reader: PersonId,
        file: FileId,
        form: Form,
    ) -> Result<Blob, FileError> {
        let found = self.0.store.readable_file(reader, file).await?.ok_or(Refusal::NoSuchFile)?;
        let hash = match form {
            Form::Whole => found.hash,
            Form::Thumbnail => found.thumbnail.ok_or(Refusal::NoSuchFile)?,
        };
        let (reader, bytes) = self.0.folder.open_blob(hash).await?;
        Ok(Blob { attachment: found.attachment, hash, bytes, reader })
    }

    /// Has what nobody needs any more removed soon.
    pub(crate) fn tidy(&self) {
        self.0.unneeded.notify_one();
    }

    fn expiry(&self) -> i64 {
        self.0.clock.now_ms() + self.0.config.unsent_ms()
    }

    async fn progress_of(&self, file: FileId, upload: &Upload) -> Result<Progress, FileError> {
        let offset = self.0.folder.upload_bytes(file).await?;
        let expires_at_ms = Some(upload.expires_at_ms);
        Ok(Progress { offset, bytes: upload.bytes, expires_at_ms })
    }

    async fn progress_of_complete(
        &self,
        owner: PersonId,
        file: FileId,
    ) -> Result<Progress, FileError> {
        let found = self.0.store.own_file(owner, file).await?.ok_or(Refusal::NoSuchFile)?;
        let bytes = found.uploaded_bytes;
        Ok(Progress { offset: bytes, bytes, expires_at_ms: None })
    }

    /// Writes what comes to the end of the file and to the disk, until nothing more comes.
    async fn receive<E>(
        &self,
        turn: &Turn,
        file: FileId,
        upload: &Upload,
        offset: u64,
        mut body: impl Stream<Item = Result<Bytes, E>> + Unpin,
    ) -> Result<(), FileError> {
        let (mut writer, there) = self.0.folder.open_upload(file).await?;
        if there != offset {
            return Err(FileError::WrongOffset);
        }
        let mut room = upload.bytes - there.min(upload.bytes);
        loop {
            let next = tokio::select! {
                biased;
                () = turn.is_wanted_elsewhere() => break,
                next = tokio::time::timeout(MAX_SILENCE, body.next()) => next,
            };
            // A cut and a body that stops coming are alike: what came is kept.
            let Ok(Some(Ok(piece))) = next else { break };
            if room < piece.len() as u64 {
                return Err(FileError::TooMuch);
            }
            room -= piece.len() as u64;
            writer.write_all(&piece).await?;
        }
        writer.flush().await?;
        writer.sync_data().await?;
        Ok(())
    }

    /// Looks at a file that is complete, puts it in its place and takes note of it.
    async fn take_in(
        &self,
        owner: PersonId,
        file: FileId,
        upload: Upload,
    ) -> Result<(), FileError> {
        let Inner { store, folder, clock, placing, .. } = &*self.0;
        let uploaded_bytes = upload.bytes;
        let looked_at = match self.look_at(file, upload).await {
            Err(FileError::Refused(refusal)) => {
                // It will not get better.
                store.delete_upload(file).await?;
                folder.remove_upload(file).await?;
                return Err(refusal.into());
            }
            other => other?,
        };
        let attachment = looked_at.attachment;
        let placed = placing.lock().await;
        let hashes = [Some(looked_at.hash), looked_at.thumbnail].into_iter().flatten().collect();
        store.announce_blobs(hashes).await?;
        folder.place(file, looked_at.hash, looked_at.thumbnail).await?;
        let (bytes, kind) = (attachment.bytes, attachment.media_type.clone());
        let (hash, thumbnail, now_ms) = (looked_at.hash, looked_at.thumbnail, clock.now_ms());
        let new = NewFile { owner, attachment, uploaded_bytes, hash, thumbnail, now_ms };
        store.complete_upload(new).await?;
        drop(placed);
        folder.remove_upload(file).await?;
        info!(%file, %owner, bytes, kind, "file arrived");
        Ok(())
    }

    async fn look_at(&self, file: FileId, upload: Upload) -> Result<LookedAt, FileError> {
        let permit = Arc::clone(&self.0.looking).acquire_owned().await;
        let folder = self.0.folder.clone();
        let look = move || {
            // Held until the work is done, even when whoever waits for it gives up.
            let _permit = permit;
            look_at(&folder, file, upload)
        };
        spawn_blocking(look).await.map_err(io::Error::other)?
    }
}

/// What was found out about a file; what is to be kept of it waits on the disk.
struct LookedAt {
    attachment: Attachment,
    hash: Hash,
    thumbnail: Option<Hash>,
}

/// Finds out what a file is, and writes down what is to be kept of it.
fn look_at(folder: &Folder, file: FileId, upload: Upload) -> Result<LookedAt, FileError> {
    let path: PathBuf = folder.upload(file);
    let found = kind::of(&disk::head(&path, kind::HEAD_BYTES)?);
    let Some(format) = found.picture else {
        let hash = disk::hash_file(&path)?;
        let (name, bytes, media_type, kind) =
            (upload.name, upload.bytes, found.media_type, found.kind);
        let attachment = Attachment { file, name, bytes, media_type, kind };
        return Ok(LookedAt { attachment, hash, thumbnail: None });
    };
    if MAX_PICTURE_BYTES < upload.bytes {
        let (bytes, limit) = (upload.bytes, MAX_PICTURE_BYTES);
        return Err(Refusal::FileTooLarge { bytes, limit }.into());
    }
    let picture = picture::prepare(std::fs::read(&path)?, format)?;
    let hash = folder.write_cleaned(file, &picture.bytes)?;
    let thumbnail = folder.write_thumbnail(file, &picture.thumbnail)?;
    let attachment = Attachment {
        file,
        name: upload.name,
        bytes: picture.bytes.len() as u64,
        media_type: String::from(picture.media_type),
        kind: picture.kind,
    };
    Ok(LookedAt { attachment, hash, thumbnail: Some(thumbnail) })
}

/// Where files are, in the folder of the data.
const FOLDER: &str = "files";

/// Files that are looked at at the same time; others wait. A large picture takes 300 MiB.
const MAX_LOOKING: usize = 1;

/// Largest picture, in bytes: it is read into memory.
const MAX_PICTURE_BYTES: u64 = 64 << 20;

/// How long a body may pause before its connection counts as dead.
const MAX_SILENCE: Duration = Duration::from_secs(30);

impl From<StoreError> for FileError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
