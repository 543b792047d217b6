-- Ids are the 16 bytes of a UUID, times are milliseconds since 1970, counters start at 1.

CREATE TABLE people (
    id BLOB NOT NULL PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    full_name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    status TEXT NOT NULL,
    last_seen_ms BIGINT,
    created_at_ms BIGINT NOT NULL
);

CREATE TABLE sessions (
    id BLOB NOT NULL PRIMARY KEY,
    person BLOB NOT NULL REFERENCES people (id),
    token_hash BLOB NOT NULL UNIQUE,
    user_agent TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL
);

CREATE INDEX sessions_by_person ON sessions (person);

-- `pair` holds both ids of a direct conversation, the lower first, so that each pair has at most
-- one; NULL for groups, which UNIQUE does not compare.
CREATE TABLE conversations (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    pair BLOB UNIQUE,
    creator BLOB NOT NULL REFERENCES people (id),
    client_id BLOB NOT NULL,
    last_seq BIGINT NOT NULL,
    message_count BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    UNIQUE (creator, client_id)
);

CREATE TABLE members (
    conversation BLOB NOT NULL REFERENCES conversations (id),
    person BLOB NOT NULL REFERENCES people (id),
    position BIGINT NOT NULL,
    delivered_number BIGINT NOT NULL,
    read_number BIGINT NOT NULL,
    PRIMARY KEY (conversation, person)
);

CREATE INDEX members_by_person ON members (person);

-- Every change of a conversation belongs to exactly one message, which carries it as `changed_seq`
-- until it changes again.
CREATE TABLE messages (
    id BLOB NOT NULL PRIMARY KEY,
    conversation BLOB NOT NULL REFERENCES conversations (id),
    seq BIGINT NOT NULL,
    changed_seq BIGINT NOT NULL,
    number BIGINT NOT NULL,
    sender BLOB NOT NULL REFERENCES people (id),
    client_id BLOB NOT NULL,
    sent_at_ms BIGINT NOT NULL,
    content TEXT NOT NULL,
    UNIQUE (sender, client_id),
    UNIQUE (conversation, number),
    UNIQUE (conversation, changed_seq)
);

-- `state` is the call as the server needs it after a restart.
CREATE TABLE calls (
    id BLOB NOT NULL PRIMARY KEY,
    conversation BLOB NOT NULL REFERENCES conversations (id),
    message BLOB NOT NULL REFERENCES messages (id),
    live BOOLEAN NOT NULL,
    state TEXT NOT NULL
);

-- At most one live call for each conversation.
CREATE UNIQUE INDEX live_calls ON calls (conversation) WHERE live;
