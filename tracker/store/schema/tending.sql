CREATE TABLE _source_states_before AS SELECT * FROM _source_states;

DROP TABLE _source_states;

CREATE TABLE _source_states ( -- how a source stands now, and what is asked of it
    source_id INTEGER PRIMARY KEY REFERENCES sources (source_id), -- the source
    next_look_at TEXT NOT NULL, -- when it is due
    last_looked_at TEXT, -- its latest reading; NULL: not read yet
    etag TEXT, -- ETag of the last answer that could be read in full; NULL: none was sent
    last_modified TEXT, -- Last-Modified of that answer, in the server's own words; NULL: none was sent
    problem TEXT NOT NULL, -- why the latest reading was not read in full; empty: it was
    moved_to_url TEXT, -- where its address leads for good: asked in place of it; NULL: nowhere else
    last_read_at TEXT, -- its latest reading that was answered; NULL: none was
    last_whole_at TEXT, -- its latest reading that left nothing out; NULL: none did
    failures_in_row INTEGER NOT NULL, -- readings in a row without an answer, up to now
    arrivals REAL NOT NULL, -- new articles that it brought, those of long ago counting less
    watched_s REAL NOT NULL, -- seconds that it was watched for that, those of long ago counting less alike
    ttl_s INTEGER, -- seconds for which it last said it stays as it is; NULL: it does not say
    include_json TEXT NOT NULL, -- articles are taken whose URL holds one of these pieces: an array; an empty one: all are
    exclude_json TEXT NOT NULL, -- articles are not taken whose URL holds one of these pieces: an array
    max_new_per_day INTEGER, -- so many new articles are taken in 24 hours at the most; NULL: all are
    is_headline_only INTEGER NOT NULL CHECK (is_headline_only IN (0, 1)), -- 1: of its articles everything but the text is tracked
    follow_days REAL, -- its articles are looked at for so many days; NULL: without an end
    min_interval_s REAL -- it is never read again sooner than this; NULL: as the program thinks fit
) STRICT;

INSERT INTO _source_states
SELECT
    source_id, next_look_at, last_looked_at, etag, last_modified, problem, NULL, NULL, NULL, 0, 0.0, 0.0, NULL, '[]', '[]',
    NULL, 0, NULL, NULL
FROM _source_states_before;

DROP TABLE _source_states_before;

CREATE INDEX _source_states_due ON _source_states (next_look_at);

CREATE TABLE _host_holds ( -- a host that asked to be left alone for a while: kept, so that a restart does not forget it
    host TEXT PRIMARY KEY, -- the host
    held_until_at TEXT NOT NULL, -- it is not asked before that
    reason TEXT NOT NULL -- how it was learnt, in a short phrase
) STRICT, WITHOUT ROWID;

CREATE TABLE _care ( -- when the database was last taken care of
    care_id INTEGER PRIMARY KEY CHECK (care_id = 1), -- always 1: there is one row
    last_backup_at TEXT, -- when `tracker backup` last made a copy; NULL: never
    last_maintained_at TEXT -- when the daemon last tidied up; NULL: never
) STRICT;

INSERT INTO _care VALUES (1, NULL, NULL);
