-- When members received and read what: the messages above `from_number`, up to `to_number`, at
-- `at_ms`. Only the latest steps of each member are kept.
CREATE TABLE receipts (
    conversation BLOB NOT NULL REFERENCES conversations (id),
    person BLOB NOT NULL REFERENCES people (id),
    read BOOLEAN NOT NULL,
    to_number BIGINT NOT NULL,
    from_number BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (conversation, person, read, to_number)
);
