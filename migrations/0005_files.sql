-- Files that are on their way. Their bytes lie beside the database in a file of the same name, whose
-- length is how far the upload has got.
CREATE TABLE uploads (
    id BLOB NOT NULL PRIMARY KEY,
    owner BLOB NOT NULL REFERENCES people (id),
    name TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL
);

CREATE INDEX uploads_by_owner ON uploads (owner);

-- Files that are all there: each belongs to one message, or to none yet. `hash` and `thumbnail` are
-- the SHA-256 of what lies beside the database under that name, once for all files that are alike.
-- `uploaded_bytes` is how long it was before what cameras write into pictures was taken out.
CREATE TABLE files (
    id BLOB NOT NULL PRIMARY KEY,
    owner BLOB NOT NULL REFERENCES people (id),
    message BLOB REFERENCES messages (id),
    conversation BLOB REFERENCES conversations (id),
    number BIGINT,
    hash BLOB NOT NULL,
    thumbnail BLOB,
    bytes BIGINT NOT NULL,
    uploaded_bytes BIGINT NOT NULL,
    file_group TEXT NOT NULL,
    attachment TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL
);

CREATE INDEX files_by_owner ON files (owner);
CREATE INDEX files_by_message ON files (message);
CREATE INDEX files_by_conversation ON files (conversation, file_group, number);
CREATE INDEX files_by_hash ON files (hash);
CREATE INDEX files_by_thumbnail ON files (thumbnail);

-- What lies on the disk and perhaps belongs to no file: written down before it is put there and
-- when a file is deleted, so that a crash leaves nothing behind for ever.
CREATE TABLE orphans (
    hash BLOB NOT NULL PRIMARY KEY
);
