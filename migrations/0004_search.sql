-- What is searched: each text with its accents folded, and in `scope` the conversation, the sender
-- and whom it answers to as words, so that a search reads only what its asker may. The rows are
-- numbered like those of `searchable`, which says whose text a row is.
CREATE TABLE searchable (
    row INTEGER NOT NULL PRIMARY KEY,
    message BLOB NOT NULL UNIQUE REFERENCES messages (id),
    sent_at_ms BIGINT NOT NULL
);

CREATE VIRTUAL TABLE found_texts USING fts5(
    text, scope, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);

INSERT INTO searchable (message, sent_at_ms)
SELECT id, sent_at_ms FROM messages
WHERE json_extract(content, '$.kind') = 'text' ORDER BY sent_at_ms, rowid;

INSERT INTO found_texts (rowid, text, scope)
SELECT s.row, json_extract(m.content, '$.text'),
       'c' || lower(hex(m.conversation)) || ' p' || lower(hex(m.sender))
FROM searchable s JOIN messages m ON m.id = s.message;
