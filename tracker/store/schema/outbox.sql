CREATE TABLE _outbox ( -- changes that a channel asks to be told of and that no notice tells yet: one row a look and channel
    outbox_id INTEGER PRIMARY KEY, -- in the order of writing
    channel TEXT NOT NULL, -- the channel's name; never its address, which may hold a password
    host TEXT NOT NULL, -- the article's host
    article_id INTEGER NOT NULL, -- the article; a copy, as all of this row is
    queued_at TEXT NOT NULL, -- the look that showed the changes
    change_count INTEGER NOT NULL, -- those of the look that the channel asks for
    signature TEXT NOT NULL, -- the same for looks that share most of their changes: tells a change of a whole site
    changes_json TEXT NOT NULL -- the most telling of them: an array of rows of changes_detail
) STRICT;

CREATE INDEX _outbox_by_channel ON _outbox (channel, host, queued_at, article_id, signature);

CREATE TABLE _notices ( -- what was gathered into one notice, until it has left and a while longer
    notice_id TEXT PRIMARY KEY, -- sent with it, so that a receiver can tell a repeat
    channel TEXT NOT NULL, -- the channel's name
    host TEXT, -- the one host that it tells of; NULL: several
    made_at TEXT NOT NULL, -- when it was gathered
    notice_json TEXT, -- the notice; NULL: it is settled and need not be kept
    try_count INTEGER NOT NULL, -- how often it was tried to send it
    next_try_at TEXT NOT NULL, -- not before that: while it is being sent, the moment from which it may be tried again
    is_under_way INTEGER NOT NULL CHECK (is_under_way IN (0, 1)), -- 1: it is being sent, or who sent it was killed meanwhile
    settled_at TEXT, -- when it was taken, or given up; NULL: it is still to be sent
    problem TEXT NOT NULL -- why it was given up, or why the latest try failed; empty: neither
) STRICT, WITHOUT ROWID;

CREATE INDEX _notices_to_send ON _notices (channel, next_try_at) WHERE settled_at IS NULL;
CREATE INDEX _notices_made ON _notices (channel, made_at);

CREATE TABLE _channels ( -- how each channel of notices stands
    channel TEXT PRIMARY KEY, -- its name
    last_sent_at TEXT, -- when it last took a notice; NULL: never yet
    down_since_at TEXT, -- when sending began to fail; NULL: it does not
    failures_in_row INTEGER NOT NULL, -- tries that failed since it last took a notice
    next_try_at TEXT, -- it is left alone until then; NULL: it need not be
    problem TEXT NOT NULL, -- why the latest try failed, or a notice was given up; empty: it was taken
    overflow_look_count INTEGER NOT NULL, -- looks that found changes for it when too many waited already: counted only
    overflow_change_count INTEGER NOT NULL -- the changes of those looks
) STRICT, WITHOUT ROWID;
