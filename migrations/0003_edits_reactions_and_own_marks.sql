-- What most messages do not have: edits, quotes, reactions and pins, as JSON. Whether a message is
-- pinned stands in a column too, so that the few that are can be found.
ALTER TABLE messages ADD COLUMN details TEXT NOT NULL DEFAULT '{}';
ALTER TABLE messages ADD COLUMN pinned BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX pinned_messages ON messages (conversation, number) WHERE pinned;

-- What a message said before each edit. Deleting the message deletes them.
CREATE TABLE versions (
    message BLOB NOT NULL REFERENCES messages (id),
    seq BIGINT NOT NULL,
    written_at_ms BIGINT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (message, seq)
);

-- Whoever made a group is its first admin.
ALTER TABLE members ADD COLUMN admin BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE members SET admin = TRUE WHERE EXISTS (
    SELECT 1 FROM conversations c
    WHERE c.id = members.conversation AND c.pair IS NULL AND c.creator = members.person
);

-- What people keep for themselves. `personal_seq` counts every change of one person's; each row
-- carries its latest.
ALTER TABLE people ADD COLUMN personal_seq BIGINT NOT NULL DEFAULT 0;

CREATE TABLE personal_conversations (
    person BLOB NOT NULL REFERENCES people (id),
    conversation BLOB NOT NULL REFERENCES conversations (id),
    seq BIGINT NOT NULL,
    keep TEXT NOT NULL,
    PRIMARY KEY (person, conversation)
);

CREATE TABLE personal_marks (
    person BLOB NOT NULL REFERENCES people (id),
    message BLOB NOT NULL REFERENCES messages (id),
    conversation BLOB NOT NULL REFERENCES conversations (id),
    number BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    starred BOOLEAN NOT NULL,
    hidden BOOLEAN NOT NULL,
    PRIMARY KEY (person, message)
);

CREATE INDEX personal_marks_by_seq ON personal_marks (person, seq);
CREATE INDEX personal_marks_by_number ON personal_marks (person, conversation, number);
