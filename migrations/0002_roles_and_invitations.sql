-- What each person may do; the accounts that were made before are members, and `palabre user role`
-- names an owner.
ALTER TABLE people ADD COLUMN role TEXT NOT NULL DEFAULT '"member"';

-- What the place is called: one row at most, written together with its owner.
CREATE TABLE place (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL
);

-- Links by which people make accounts; the code of a link is kept as its SHA-256 alone.
CREATE TABLE invitations (
    id BLOB NOT NULL PRIMARY KEY,
    code_hash BLOB NOT NULL UNIQUE,
    role TEXT NOT NULL,
    made_by BLOB NOT NULL REFERENCES people (id),
    made_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    uses BIGINT NOT NULL,
    uses_left BIGINT NOT NULL
);
