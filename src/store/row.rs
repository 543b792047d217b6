//! Turns columns into the types of the wire.

use serde::de::DeserializeOwned;
use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Row as _, Sqlite, Type};
use uuid::Uuid;

/// Reads the id in `column`.
pub(super) fn id(row: &SqliteRow, column: &str) -> sqlx::Result<Uuid> {
    let bytes: &[u8] = row.try_get(column)?;
    Uuid::from_slice(bytes).map_err(|error| broken(column, error))
}

/// Reads the id in `column`, which may have none.
pub(super) fn optional_id(row: &SqliteRow, column: &str) -> sqlx::Result<Option<Uuid>> {
    let bytes: Option<&[u8]> = row.try_get(column)?;
    bytes.map(|bytes| Uuid::from_slice(bytes).map_err(|error| broken(column, error))).transpose()
}

/// Reads the counter in `column`.
pub(super) fn count(row: &SqliteRow, column: &str) -> sqlx::Result<u64> {
    let number: i64 = row.try_get(column)?;
    u64::try_from(number).map_err(|error| broken(column, error))
}

/// Reads the value that is kept as JSON in `column`.
pub(super) fn json<T: DeserializeOwned>(row: &SqliteRow, column: &str) -> sqlx::Result<T> {
    let text: &str = row.try_get(column)?;
    serde_json::from_str(text).map_err(|error| broken(column, error))
}

/// Reads the value in `column` as it is.
pub(super) fn value<'r, T>(row: &'r SqliteRow, column: &str) -> sqlx::Result<T>
where
    T: Decode<'r, Sqlite> + Type<Sqlite>,
{
    row.try_get(column)
}

/// The bytes under which an id is kept.
pub(super) fn key(id: Uuid) -> Vec<u8> {
    id.as_bytes().to_vec()
}

/// The number under which a counter is kept; SQL has no unsigned one.
pub(super) fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The text under which a value is kept.
pub(super) fn text<T: serde::Serialize>(value: &T) -> sqlx::Result<String> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(Box::new(error)))
}

fn broken(column: &str, error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.into(), source: Box::new(error) }
}
