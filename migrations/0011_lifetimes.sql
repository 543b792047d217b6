-- How long texts stay that are sent from now on, in seconds, and when each one disappears. The index
-- holds those that will, so that whoever looks for what is due reads nothing else.
ALTER TABLE conversations ADD COLUMN lifetime_s BIGINT;
ALTER TABLE messages ADD COLUMN expires_at_ms BIGINT;
CREATE INDEX expiring_messages ON messages (expires_at_ms) WHERE expires_at_ms IS NOT NULL;

-- Messages with a link say so in what is searched.
UPDATE found_texts SET scope = scope || ' link' WHERE rowid IN (
    SELECT s.row FROM searchable s JOIN messages m ON m.id = s.message
    WHERE m.content LIKE '%http://%' OR m.content LIKE '%https://%' OR m.content LIKE '%"kind":"link"%'
);
