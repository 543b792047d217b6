-- Links by which people without an account come into a group; the code is kept as its SHA-256 alone.
-- Those that are good no longer stay for a while, so that whoever opens one learns why.
CREATE TABLE guest_links (
    id BLOB NOT NULL PRIMARY KEY,
    code_hash BLOB NOT NULL UNIQUE,
    conversation BLOB NOT NULL REFERENCES conversations (id),
    made_by BLOB NOT NULL REFERENCES people (id),
    made_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    uses BIGINT NOT NULL,
    uses_left BIGINT NOT NULL,
    revoked BOOLEAN NOT NULL DEFAULT FALSE
);

CREATE INDEX guest_links_by_conversation ON guest_links (conversation);

-- How each guest stands. A guest is a row of `people` too, without a password.
CREATE TABLE guests (
    person BLOB NOT NULL PRIMARY KEY REFERENCES people (id),
    link BLOB NOT NULL REFERENCES guest_links (id),
    conversation BLOB NOT NULL REFERENCES conversations (id),
    state TEXT NOT NULL
);

CREATE INDEX guests_by_link ON guests (link);

-- The last message that a member does not read; 0 for those who read everything.
ALTER TABLE members ADD COLUMN since_number BIGINT NOT NULL DEFAULT 0;
