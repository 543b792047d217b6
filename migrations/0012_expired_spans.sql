-- Runs of messages that have disappeared, by number, so that what is unread counts without them.
CREATE TABLE expired_spans (
    conversation BLOB NOT NULL REFERENCES conversations (id),
    from_number BIGINT NOT NULL,
    to_number BIGINT NOT NULL,
    PRIMARY KEY (conversation, to_number)
);

INSERT INTO expired_spans (conversation, from_number, to_number)
SELECT conversation, MIN(number), MAX(number) FROM (
    SELECT conversation, number,
           number - ROW_NUMBER() OVER (PARTITION BY conversation ORDER BY number) AS run
    FROM messages WHERE content = '{"kind":"expired"}'
) GROUP BY conversation, run;
