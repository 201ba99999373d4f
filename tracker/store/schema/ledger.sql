CREATE TABLE _sqlite_migrations ( -- which steps brought this file to its present form
    id INTEGER PRIMARY KEY, -- number of the step
    migration_set TEXT NOT NULL, -- always tracker
    name TEXT NOT NULL, -- name of the step
    applied_at TEXT NOT NULL -- when it was taken
) STRICT;

CREATE UNIQUE INDEX _sqlite_migrations_by_name ON _sqlite_migrations (migration_set, name);
