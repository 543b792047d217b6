-- A line beside a status, and when the status is over by itself.
ALTER TABLE people ADD COLUMN status_text TEXT;
ALTER TABLE people ADD COLUMN status_until_ms BIGINT;

-- What a person decided about themselves, as JSON.
ALTER TABLE people ADD COLUMN preferences TEXT NOT NULL DEFAULT '{}';

-- Who may beep at whom. `asked` stands while `owner` has not answered; `asked_at_ms` stays, so that
-- nobody is asked all the time.
CREATE TABLE beep_leaves (
    owner BLOB NOT NULL REFERENCES people (id),
    other BLOB NOT NULL REFERENCES people (id),
    given BOOLEAN NOT NULL DEFAULT FALSE,
    asked BOOLEAN NOT NULL DEFAULT FALSE,
    asked_at_ms BIGINT,
    PRIMARY KEY (owner, other)
);

CREATE INDEX beep_leaves_by_other ON beep_leaves (other);
