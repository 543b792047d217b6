-- One's own picture: a file that belongs to no message. It stays for as long as a person shows it.
ALTER TABLE people ADD COLUMN picture BLOB REFERENCES files (id);

CREATE INDEX people_by_picture ON people (picture) WHERE picture IS NOT NULL;
