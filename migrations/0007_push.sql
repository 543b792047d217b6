-- What this server alone may know, such as the key by which it proves itself to push services.
CREATE TABLE secrets (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
);

-- Where a sign-in gets its notices while no page is open; gone with the sign-in.
CREATE TABLE push_subscriptions (
    session BLOB NOT NULL PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    endpoint TEXT NOT NULL,
    public_key BLOB NOT NULL,
    auth_secret BLOB NOT NULL,
    language TEXT NOT NULL,
    previews BOOLEAN NOT NULL,
    made_at_ms BIGINT NOT NULL
);
