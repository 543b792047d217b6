-- Who has listened to which voice message, and when. `told` is false where one of the two read
-- privately then.
CREATE TABLE listenings (
    message BLOB NOT NULL REFERENCES messages (id),
    person BLOB NOT NULL REFERENCES people (id),
    at_ms BIGINT NOT NULL,
    told BOOLEAN NOT NULL,
    PRIMARY KEY (message, person)
);

CREATE INDEX listenings_by_person ON listenings (person);

-- What the two of them keep of it: that one has listened, and how many have to one's own.
ALTER TABLE personal_marks ADD COLUMN listened BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE personal_marks ADD COLUMN listeners BIGINT NOT NULL DEFAULT 0;
