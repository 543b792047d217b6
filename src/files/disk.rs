//! The folder of files: what is on its way under the id of its upload, and what is there under its
//! hash.
//!
//! Bytes are on the disk before their name is, and their name before the database speaks of it: each
//! is flushed, the folder too, because a rename is durable only when the folder is.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use palabre_signaling::wire::FileId;
use sha2::{Digest as _, Sha256};
use tokio::task::spawn_blocking;

use crate::store::Hash;

/// The folder of files; cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    uploads: PathBuf,
    blobs: PathBuf,
}

impl Folder {
    /// Makes the folder when it is not there.
    pub(super) fn open(path: PathBuf) -> io::Result<Self> {
        let folder = Self { uploads: path.join("uploads"), blobs: path.join("blobs") };
        for path in [&folder.uploads, &folder.blobs] {
            make_folder(path)?;
        }
        Ok(folder)
    }

    /// Where the bytes of an upload are.
    pub(super) fn upload(&self, file: FileId) -> PathBuf {
        self.uploads.join(file.to_string())
    }

    /// Makes the file of an upload.
    pub(super) async fn create(&self, file: FileId) -> io::Result<()> {
        let (path, folder) = (self.upload(file), self.uploads.clone());
        blocking(move || {
            private().create_new(true).open(path)?;
            sync_folder(&folder)
        })
        .await
    }

    /// Opens an upload to be written to at its end; also says how long it is.
    pub(super) async fn open_upload(&self, file: FileId) -> io::Result<(tokio::fs::File, u64)> {
        let path = self.upload(file);
        blocking(move || {
            // Made anew when a crash took it before it was on the disk.
            let file = private().create(true).open(path)?;
            let bytes = file.metadata()?.len();
            Ok((tokio::fs::File::from_std(file), bytes))
        })
        .await
    }

    /// How much of an upload is there.
    pub(super) async fn upload_bytes(&self, file: FileId) -> io::Result<u64> {
        let path = self.upload(file);
        blocking(move || match fs::metadata(path) {
            Ok(metadata) => Ok(metadata.len()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error),
        })
        .await
    }

    /// Removes whatever waits there for an upload.
    pub(super) async fn remove_upload(&self, file: FileId) -> io::Result<()> {
        let paths = [self.upload(file), self.cleaned(file), self.thumbnail(file)];
        blocking(move || paths.iter().try_for_each(|path| remove(path))).await
    }

    /// Writes what is to be kept of a picture; returns its hash.
    pub(super) fn write_cleaned(&self, file: FileId, bytes: &[u8]) -> io::Result<Hash> {
        write(&self.cleaned(file), bytes)
    }

    /// Writes the small picture of one; returns its hash.
    pub(super) fn write_thumbnail(&self, file: FileId, bytes: &[u8]) -> io::Result<Hash> {
        write(&self.thumbnail(file), bytes)
    }

    /// Puts what waits for an upload where it belongs, durably.
    pub(super) async fn place(
        &self,
        file: FileId,
        hash: Hash,
        thumbnail: Option<Hash>,
    ) -> io::Result<()> {
        let folder = self.clone();
        blocking(move || {
            // A picture has left its cleaned form, everything else is kept as it came.
            let Some(thumbnail) = thumbnail else {
                return folder.move_to(folder.upload(file), hash);
            };
            folder.move_to(folder.cleaned(file), hash)?;
            folder.move_to(folder.thumbnail(file), thumbnail)
        })
        .await
    }

    /// Opens what is kept under a hash; also says how long it is.
    pub(super) async fn open_blob(&self, hash: Hash) -> io::Result<(tokio::fs::File, u64)> {
        let path = self.blob(hash);
        blocking(move || {
            let file = File::open(path)?;
            let bytes = file.metadata()?.len();
            Ok((tokio::fs::File::from_std(file), bytes))
        })
        .await
    }

    /// Removes what is kept under a hash, if anything is.
    pub(super) async fn remove_blob(&self, hash: Hash) -> io::Result<()> {
        let path = self.blob(hash);
        blocking(move || remove(&path)).await
    }

    /// Names of everything that is kept, for tests.
    #[cfg(test)]
    pub(super) fn blobs(&self) -> Vec<String> {
        let folders = fs::read_dir(&self.blobs).unwrap();
        let files = folders.flat_map(|it| fs::read_dir(it.unwrap().path()).unwrap());
        files.map(|it| it.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// Names of everything that is on its way, for tests.
    #[cfg(test)]
    pub(super) fn uploads(&self) -> Vec<String> {
        let files = fs::read_dir(&self.uploads).unwrap();
        files.map(|it| it.unwrap().file_name().into_string().unwrap()).collect()
    }

    fn cleaned(&self, file: FileId) -> PathBuf {
        self.uploads.join(format!("{file}.cleaned"))
    }

    fn thumbnail(&self, file: FileId) -> PathBuf {
        self.uploads.join(format!("{file}.thumbnail"))
    }

    /// A folder for each first byte, so that none of them gets long.
    fn blob(&self, hash: Hash) -> PathBuf {
        let name = hex(&hash);
        self.blobs.join(&name[..2]).join(name)
    }

    fn move_to(&self, from: PathBuf, hash: Hash) -> io::Result<()> {
        let to = self.blob(hash);
        let folder = to.parent().expect("blobs are in a folder");
        if make_folder(folder)? {
            sync_folder(&self.blobs)?;
        }
        // What is there already is the same, byte by byte.
        fs::rename(from, &to)?;
        sync_folder(folder)
    }
}

/// The first bytes of a file.
pub(super) fn head(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    File::open(path)?.take(most).read_to_end(&mut head)?;
    Ok(head)
}

/// The SHA-256 of a file.
pub(super) fn hash_file(path: &Path) -> io::Result<Hash> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hasher.finalize().into()),
            read => hasher.update(&buffer[..read]),
        }
    }
}

/// Bytes in the digits of names.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<Hash> {
    // An earlier attempt may have left one.
    remove(path)?;
    let mut file = private().create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_data()?;
    Ok(Sha256::digest(bytes).into())
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Writes at the end of a file that its owner alone can read.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes a folder that its owner alone can read; returns whether it was not there.
fn make_folder(path: &Path) -> io::Result<bool> {
    if path.is_dir() {
        return Ok(false);
    }
    let mut folder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder.recursive(true).create(path)?;
    Ok(true)
}

fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)?
}

/// Read from a file at once, in bytes.
const BUFFER_BYTES: usize = 256 * 1024;
