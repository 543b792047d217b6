//! Files: those on their way, those that are there, and what lies on the disk for them.

use palabre_signaling::attachment::{as_voice, group_of};
use palabre_signaling::error::Refusal;
use palabre_signaling::wire::{
    Attachment, Content, ConversationId, FileGroup, FileId, Message, MessageId, PersonId, Role,
};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::messages::{NewMessage, Page, message, reading, select_messages};
use super::personal::marks_of;
use super::row::{count, id, json, key, number, text, value};
use super::writer::Write;
use super::{Store, StoreError};

/// The SHA-256 of some bytes, which are kept under that name.
pub(crate) type Hash = [u8; 32];

/// A file that is to be uploaded.
#[derive(Clone, Debug)]
pub(crate) struct NewUpload {
    /// What it will be called.
    pub(crate) id: FileId,
    /// Who uploads it.
    pub(crate) owner: PersonId,
    /// Its name, which was checked.
    pub(crate) name: String,
    /// How long it will be.
    pub(crate) bytes: u64,
    /// When it is forgotten if nothing more comes, in ms since 1970.
    pub(crate) expires_at_ms: i64,
    /// All files of one person together, in bytes.
    pub(crate) max_owner_bytes: u64,
    /// Unfinished uploads of one person.
    pub(crate) max_uploads: usize,
}

/// A file on its way.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Upload {
    /// Its name.
    pub(crate) name: String,
    /// How long it will be.
    pub(crate) bytes: u64,
    /// When it is forgotten if nothing more comes, in ms since 1970.
    pub(crate) expires_at_ms: i64,
}

/// A file that has arrived.
#[derive(Clone, Debug)]
pub(crate) struct NewFile {
    /// Whose.
    pub(crate) owner: PersonId,
    /// As a message will carry it.
    pub(crate) attachment: Attachment,
    /// How long it was as it came.
    pub(crate) uploaded_bytes: u64,
    /// What lies on the disk for it.
    pub(crate) hash: Hash,
    /// And the small picture of it.
    pub(crate) thumbnail: Option<Hash>,
    /// When, in ms since 1970.
    pub(crate) now_ms: i64,
}

/// A file that is there.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct StoredFile {
    /// As its message carries it.
    pub(crate) attachment: Attachment,
    /// How long it was as it came.
    pub(crate) uploaded_bytes: u64,
    /// What lies on the disk for it.
    pub(crate) hash: Hash,
    /// And the small picture of it.
    pub(crate) thumbnail: Option<Hash>,
}

/// Which messages with files are listed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FileList {
    /// Who asks.
    pub(crate) reader: PersonId,
    /// Where.
    pub(crate) conversation: ConversationId,
    /// Files of which kind.
    pub(crate) group: FileGroup,
    /// Only lower numbers; `None` starts from the latest.
    pub(crate) before_number: Option<u64>,
    /// How many messages.
    pub(crate) limit: u32,
}

impl Store {
    /// Takes note of a file that is to be uploaded, if its owner has room for it.
    pub(crate) async fn create_upload(
        &self,
        new: NewUpload,
    ) -> Result<Result<(), Refusal>, StoreError> {
        self.writer.write(CreateUpload(new)).await
    }

    /// A file on its way, for its owner alone.
    pub(crate) async fn upload(
        &self,
        owner: PersonId,
        file: FileId,
    ) -> Result<Option<Upload>, StoreError> {
        let row = sqlx::query(
            "SELECT name, bytes, expires_at_ms FROM uploads WHERE id = $1 AND owner = $2",
        )
        .bind(key(file.0))
        .bind(key(owner.0))
        .fetch_optional(&self.readers)
        .await?;
        let upload = |row: SqliteRow| {
            Ok(Upload {
                name: value(&row, "name")?,
                bytes: count(&row, "bytes")?,
                expires_at_ms: value(&row, "expires_at_ms")?,
            })
        };
        Ok(row.map(upload).transpose().map_err(|error: sqlx::Error| error)?)
    }

    /// Keeps an upload until later.
    pub(crate) async fn extend_upload(
        &self,
        file: FileId,
        expires_at_ms: i64,
    ) -> Result<(), StoreError> {
        self.writer.write(ExtendUpload { file, expires_at_ms }).await
    }

    /// Forgets a file on its way.
    pub(crate) async fn delete_upload(&self, file: FileId) -> Result<(), StoreError> {
        self.writer.write(DeleteUpload(file)).await
    }

    /// Files on their way of which nothing has come for long.
    pub(crate) async fn expired_uploads(&self, now_ms: i64) -> Result<Vec<FileId>, StoreError> {
        let rows = sqlx::query("SELECT id FROM uploads WHERE expires_at_ms <= $1")
            .bind(now_ms)
            .fetch_all(&self.readers)
            .await?;
        Ok(rows.iter().map(|row| Ok(FileId(id(row, "id")?))).collect::<sqlx::Result<_>>()?)
    }

    /// Writes down what is about to lie on the disk, so that it is found again after a crash.
    pub(crate) async fn announce_blobs(&self, hashes: Vec<Hash>) -> Result<(), StoreError> {
        self.writer.write(AnnounceBlobs(hashes)).await
    }

    /// Takes note of a file that has arrived, in place of its upload.
    pub(crate) async fn complete_upload(&self, new: NewFile) -> Result<(), StoreError> {
        self.writer.write(CompleteUpload(new)).await
    }

    /// A file that its owner has uploaded, whether a message carries it or none yet.
    pub(crate) async fn own_file(
        &self,
        owner: PersonId,
        file: FileId,
    ) -> Result<Option<StoredFile>, StoreError> {
        let row = sqlx::query(
            "SELECT attachment, uploaded_bytes, hash, thumbnail FROM files
             WHERE id = $1 AND owner = $2",
        )
        .bind(key(file.0))
        .bind(key(owner.0))
        .fetch_optional(&self.readers)
        .await?;
        Ok(row.as_ref().map(stored).transpose()?)
    }

    /// A file that somebody may read: a member of the conversation it is in, and before that its
    /// owner. A picture that somebody shows of themselves is for all who know them: everybody with
    /// an account, and guests where they meet.
    pub(crate) async fn readable_file(
        &self,
        reader: PersonId,
        file: FileId,
    ) -> Result<Option<StoredFile>, StoreError> {
        let row = sqlx::query(
            "SELECT attachment, uploaded_bytes, hash, thumbnail FROM files WHERE id = $1 AND
             (message IS NULL AND owner = $2
              OR EXISTS (SELECT 1 FROM people p WHERE p.picture = $1 AND (
                     EXISTS (SELECT 1 FROM people me WHERE me.id = $2 AND me.role <> $3)
                     OR EXISTS (SELECT 1 FROM members m JOIN members o
                                ON o.conversation = m.conversation
                                WHERE m.person = $2 AND o.person = p.id)))
              OR EXISTS (SELECT 1 FROM members m WHERE m.person = $2
                         AND m.conversation = files.conversation
                         AND m.since_number < files.number))",
        )
        .bind(key(file.0))
        .bind(key(reader.0))
        .bind(text(&Role::Guest)?)
        .fetch_optional(&self.readers)
        .await?;
        Ok(row.as_ref().map(stored).transpose()?)
    }

    /// The latest messages that carry files; `None` when the reader is not a member.
    pub(crate) async fn files(&self, list: FileList) -> Result<Option<Page>, StoreError> {
        let FileList { reader, conversation, group, before_number, limit } = list;
        let mut connection = self.readers.begin().await?;
        let Some(reading) = reading(&mut connection, reader, conversation).await? else {
            return Ok(None);
        };
        let rows = sqlx::query(select_messages!(
            "WHERE conversation = $1 AND number IN
             (SELECT DISTINCT number FROM files
              WHERE conversation = $1 AND file_group = $2 AND number < $3 AND number > $5
              ORDER BY number DESC LIMIT $4)
             ORDER BY number DESC"
        ))
        .bind(key(conversation.0))
        .bind(text(&group)?)
        .bind(number(before_number.unwrap_or(u64::MAX)))
        .bind(i64::from(limit) + 1)
        .bind(number(reading.since_number))
        .fetch_all(&mut *connection)
        .await?;
        let more = (limit as usize) < rows.len();
        let rows = rows.iter().take(limit as usize);
        let messages: Vec<Message> =
            rows.map(|row| message(row, "id")).collect::<sqlx::Result<_>>()?;
        let marks = marks_of(&mut connection, reader, conversation, &messages).await?;
        Ok(Some(Page { messages, more, marks }))
    }

    /// Deletes the files that were uploaded before a time and are in no message.
    pub(crate) async fn delete_unsent_files(&self, before_ms: i64) -> Result<(), StoreError> {
        self.writer.write(DeleteUnsentFiles { before_ms }).await
    }

    /// What perhaps lies on the disk for no file.
    pub(crate) async fn orphans(&self) -> Result<Vec<Hash>, StoreError> {
        let rows = sqlx::query("SELECT hash FROM orphans").fetch_all(&self.readers).await?;
        Ok(rows.iter().map(|row| hash(row, "hash")).collect::<sqlx::Result<_>>()?)
    }

    /// Whether a file needs what lies on the disk under this name.
    pub(crate) async fn is_blob_needed(&self, hash: Hash) -> Result<bool, StoreError> {
        let row = sqlx::query("SELECT 1 FROM files WHERE hash = $1 OR thumbnail = $1 LIMIT 1")
            .bind(hash.as_slice())
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.is_some())
    }

    /// Takes note that what lies on the disk is as it should be.
    pub(crate) async fn settle_orphan(&self, hash: Hash) -> Result<(), StoreError> {
        self.writer.write(SettleOrphan(hash)).await
    }
}

/// Returns what a message says with the files that it carries, before it is stored.
///
/// Those that its sender names must be there, theirs, and in no message; those of a message that is
/// passed on are copied, so that deleting one message leaves the files of the other.
pub(super) async fn carry(
    connection: &mut SqliteConnection,
    new: &NewMessage,
) -> sqlx::Result<Result<Content, Refusal>> {
    let mut content = new.content.clone();
    let Content::Text { attachments, .. } = &mut content else { return Ok(Ok(content)) };
    for attachment in attachments.iter_mut() {
        if !is_there(connection, attachment.file).await? {
            return Ok(Err(Refusal::NoSuchMessage));
        }
        attachment.file = FileId(Uuid::new_v4());
    }
    for sent in &new.files {
        let row = sqlx::query(
            "SELECT attachment FROM files WHERE id = $1 AND owner = $2 AND message IS NULL
             AND NOT EXISTS (SELECT 1 FROM people WHERE picture = $1)",
        )
        .bind(key(sent.file.0))
        .bind(key(new.sender.0))
        .fetch_optional(&mut *connection)
        .await?;
        let is_named_twice = attachments.iter().any(|it| it.file == sent.file);
        let Some(row) = row.filter(|_| !is_named_twice) else {
            return Ok(Err(Refusal::NoSuchFile));
        };
        let attachment = json(&row, "attachment")?;
        let attachment = match &sent.voice {
            None => Ok(attachment),
            Some(voice) => as_voice(attachment, voice.clone()),
        };
        match attachment {
            Ok(attachment) => attachments.push(attachment),
            Err(refusal) => return Ok(Err(refusal)),
        }
    }
    Ok(Ok(content))
}

/// Takes note which message carries the files of `new`, after it was stored as `message`.
pub(super) async fn attach(
    connection: &mut SqliteConnection,
    new: &NewMessage,
    message: &Message,
) -> sqlx::Result<()> {
    let originals = new.content.attachments();
    for (index, attachment) in message.content.attachments().iter().enumerate() {
        if let Some(original) = originals.get(index) {
            copy(connection, original.file, attachment.file, message).await?;
        }
        sqlx::query(
            "UPDATE files SET message = $1, conversation = $2, number = $3, file_group = $4,
             attachment = $5 WHERE id = $6",
        )
        .bind(key(message.id.0))
        .bind(key(message.conversation.0))
        .bind(number(message.number))
        .bind(text(&group_of(&attachment.kind))?)
        .bind(text(attachment)?)
        .bind(key(attachment.file.0))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Deletes the files of a message; what lies on the disk for them may be needed by others.
pub(super) async fn forget_files(
    connection: &mut SqliteConnection,
    message: MessageId,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO orphans (hash)
         SELECT hash FROM files WHERE message = $1 UNION
         SELECT thumbnail FROM files WHERE message = $1 AND thumbnail IS NOT NULL
         ON CONFLICT (hash) DO NOTHING",
    )
    .bind(key(message.0))
    .execute(&mut *connection)
    .await?;
    sqlx::query("DELETE FROM files WHERE message = $1")
        .bind(key(message.0))
        .execute(connection)
        .await?;
    Ok(())
}

async fn is_there(connection: &mut SqliteConnection, file: FileId) -> sqlx::Result<bool> {
    let row = sqlx::query("SELECT 1 FROM files WHERE id = $1")
        .bind(key(file.0))
        .fetch_optional(connection)
        .await?;
    Ok(row.is_some())
}

/// Makes another file of the same bytes, which belongs to whoever passes it on.
async fn copy(
    connection: &mut SqliteConnection,
    original: FileId,
    copied: FileId,
    message: &Message,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO files
         (id, owner, hash, thumbnail, bytes, uploaded_bytes, file_group, attachment, created_at_ms)
         SELECT $1, $2, hash, thumbnail, bytes, uploaded_bytes, file_group, attachment, $3
         FROM files WHERE id = $4",
    )
    .bind(key(copied.0))
    .bind(key(message.sender.0))
    .bind(message.sent_at_ms)
    .bind(key(original.0))
    .execute(connection)
    .await?;
    Ok(())
}

fn stored(row: &SqliteRow) -> sqlx::Result<StoredFile> {
    let thumbnail: Option<&[u8]> = value(row, "thumbnail")?;
    Ok(StoredFile {
        attachment: json(row, "attachment")?,
        uploaded_bytes: count(row, "uploaded_bytes")?,
        hash: hash(row, "hash")?,
        thumbnail: thumbnail.map(|_| hash(row, "thumbnail")).transpose()?,
    })
}

fn hash(row: &SqliteRow, column: &str) -> sqlx::Result<Hash> {
    let bytes: &[u8] = value(row, column)?;
    bytes.try_into().map_err(|error: std::array::TryFromSliceError| sqlx::Error::ColumnDecode {
        index: column.into(),
        source: Box::new(error),
    })
}

struct CreateUpload(NewUpload);

impl Write for CreateUpload {
    type Output = Result<(), Refusal>;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<Self::Output> {
        let new = &self.0;
        // What is there twice lies on the disk once.
        let row = sqlx::query(
            "SELECT COUNT(*) AS uploads, COALESCE(SUM(bytes), 0) AS coming,
                    (SELECT COALESCE(SUM(bytes), 0) FROM
                     (SELECT DISTINCT hash, bytes FROM files WHERE owner = $1)) AS there
             FROM uploads WHERE owner = $1",
        )
        .bind(key(new.owner.0))
        .fetch_one(&mut *connection)
        .await?;
        if new.max_uploads as u64 <= count(&row, "uploads")? {
            return Ok(Err(Refusal::TooMany { what: "uploads at once", limit: new.max_uploads }));
        }
        let taken = count(&row, "coming")?.saturating_add(count(&row, "there")?);
        if new.max_owner_bytes < taken.saturating_add(new.bytes) {
            return Ok(Err(Refusal::NoSpaceLeft { limit: new.max_owner_bytes }));
        }
        sqlx::query(
            "INSERT INTO uploads (id, owner, name, bytes, expires_at_ms)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(key(new.id.0))
        .bind(key(new.owner.0))
        .bind(&new.name)
        .bind(number(new.bytes))
        .bind(new.expires_at_ms)
        .execute(connection)
        .await?;
        Ok(Ok(()))
    }
}

struct ExtendUpload {
    file: FileId,
    expires_at_ms: i64,
}

impl Write for ExtendUpload {
    type Output = ();

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        sqlx::query("UPDATE uploads SET expires_at_ms = $1 WHERE id = $2")
            .bind(self.expires_at_ms)
            .bind(key(self.file.0))
            .execute(connection)
            .await?;
        Ok(())
    }
}

struct DeleteUpload(FileId);

impl Write for DeleteUpload {
    type Output = ();

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        delete_upload(connection, self.0).await
    }
}

async fn delete_upload(connection: &mut SqliteConnection, file: FileId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM uploads WHERE id = $1").bind(key(file.0)).execute(connection).await?;
    Ok(())
}

struct AnnounceBlobs(Vec<Hash>);

impl Write for AnnounceBlobs {
    type Output = ();

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        for hash in &self.0 {
            sqlx::query("INSERT INTO orphans (hash) VALUES ($1) ON CONFLICT (hash) DO NOTHING")
                .bind(hash.as_slice())
                .execute(&mut *connection)
                .await?;
        }
        Ok(())
    }
}

struct CompleteUpload(NewFile);

impl Write for CompleteUpload {
    type Output = ();

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        let new = &self.0;
        delete_upload(connection, new.attachment.file).await?;
        sqlx::query(
            "INSERT INTO files
             (id, owner, hash, thumbnail, bytes, uploaded_bytes, file_group, attachment,
              created_at_ms)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(key(new.attachment.file.0))
        .bind(key(new.owner.0))
        .bind(new.hash.as_slice())
        .bind(new.thumbnail.as_ref().map(|hash| hash.as_slice()))
        .bind(number(new.attachment.bytes))
        .bind(number(new.uploaded_bytes))
        .bind(text(&group_of(&new.attachment.kind))?)
        .bind(text(&new.attachment)?)
        .bind(new.now_ms)
        .execute(&mut *connection)
        .await?;
        for hash in [Some(new.hash), new.thumbnail].into_iter().flatten() {
            settle_orphan(connection, hash).await?;
        }
        Ok(())
    }
}

struct DeleteUnsentFiles {
    before_ms: i64,
}

impl Write for DeleteUnsentFiles {
    type Output = ();

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        sqlx::query(
            "WITH shown AS (SELECT picture FROM people WHERE picture IS NOT NULL)
             INSERT INTO orphans (hash)
             SELECT hash FROM files WHERE message IS NULL AND created_at_ms < $1 AND id NOT IN shown UNION
             SELECT thumbnail FROM files
             WHERE message IS NULL AND created_at_ms < $1 AND thumbnail IS NOT NULL
                   AND id NOT IN shown
             ON CONFLICT (hash) DO NOTHING",
        )
        .bind(self.before_ms)
        .execute(&mut *connection)
        .await?;
        sqlx::query(
            "DELETE FROM files WHERE message IS NULL AND created_at_ms < $1
             AND id NOT IN (SELECT picture FROM people WHERE picture IS NOT NULL)",
        )
        .bind(self.before_ms)
        .execute(connection)
        .await?;
        Ok(())
    }
}

struct SettleOrphan(Hash);

impl Write for SettleOrphan {
    type Output = ();

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        settle_orphan(connection, self.0).await
    }
}

async fn settle_orphan(connection: &mut SqliteConnection, hash: Hash) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM orphans WHERE hash = $1")
        .bind(hash.as_slice())
        .execute(connection)
        .await?;
    Ok(())
}
