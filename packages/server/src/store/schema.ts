/** What tells this program's files from any other SQLite file: `PRAGMA application_id`, "Loca". */
export const APPLICATION_ID = 0x4c6f6361;

/**
 * The steps from an empty file to the present layout; `PRAGMA user_version` counts those taken. A step that
 * has been released is never changed.
 */
export const MIGRATIONS: readonly string[] = [
  `
  -- A target as targetName() spells it. How often and when last it was traced is kept here, so that lists
  -- and counts need not read traces.
  CREATE TABLE target (
    id           INTEGER PRIMARY KEY,
    name         TEXT NOT NULL UNIQUE,
    labels       TEXT NOT NULL,           -- reversedLabels(name): a domain and its subdomains are one range
    traces       INTEGER NOT NULL,
    last_started REAL NOT NULL            -- milliseconds since 1970, as all times
  ) STRICT;
  CREATE INDEX target_by_labels ON target (labels);
  CREATE INDEX target_by_time ON target (last_started);

  -- A trace under way, or one that was when its process ended. AUTOINCREMENT: an id is never given twice.
  CREATE TABLE begun (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    target      TEXT NOT NULL,
    protocol    TEXT NOT NULL,
    family      INTEGER NOT NULL,
    started     REAL NOT NULL,
    interrupted INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  -- A finished trace, never changed. The record is all of it (record-codec.ts); the columns before it are
  -- what traces are found by.
  CREATE TABLE trace (
    id        INTEGER PRIMARY KEY,        -- given by begun
    target_id INTEGER NOT NULL REFERENCES target (id),
    protocol  TEXT NOT NULL,
    family    INTEGER NOT NULL,
    started   REAL NOT NULL,
    address   TEXT NOT NULL,
    complete  INTEGER NOT NULL,           -- 0 when somebody stopped it
    path_id   TEXT NOT NULL,
    record    BLOB NOT NULL
  ) STRICT;
  CREATE INDEX trace_by_target ON trace (target_id, started);
  CREATE INDEX trace_by_subject ON trace (target_id, protocol, family);
  CREATE INDEX trace_by_address ON trace (address, target_id, started);
  CREATE INDEX trace_by_time ON trace (started);
  `,
  `
  -- What is usual on the way to a target (analyse/baseline.ts) and what goes on there now (changes/). The
  -- baseline is one trace behind: it has every finished trace but last_id in it, so that the newest trace can
  -- be judged without being part of what it is held against.
  CREATE TABLE subject (
    target_id  INTEGER NOT NULL REFERENCES target (id),
    protocol   TEXT NOT NULL,
    family     INTEGER NOT NULL,
    last_id    INTEGER NOT NULL,
    conditions TEXT NOT NULL,             -- JSON
    baseline   BLOB NOT NULL,
    PRIMARY KEY (target_id, protocol, family)
  ) STRICT;

  -- What a trace showed to have changed; written together with the trace.
  CREATE TABLE event (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    trace_id INTEGER NOT NULL,
    at       REAL NOT NULL,               -- start of the trace
    labels   TEXT NOT NULL,               -- as in target
    type     TEXT NOT NULL,
    severity INTEGER NOT NULL,            -- 0 info to 4 critical
    body     TEXT NOT NULL                -- the rest, JSON
  ) STRICT;
  CREATE INDEX event_by_labels ON event (labels, id);
  CREATE INDEX event_by_time ON event (at);

  -- A target that is traced on a schedule.
  CREATE TABLE monitor (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    origin  TEXT NOT NULL,                -- config | api
    spec    TEXT NOT NULL,                -- JSON, in one spelling
    created REAL NOT NULL,
    runs    INTEGER NOT NULL DEFAULT 0,
    skipped INTEGER NOT NULL DEFAULT 0,
    last    TEXT,                         -- how the last run went, JSON
    UNIQUE (origin, spec)
  ) STRICT;

  -- Who is told of events: all after "seen" are still to be delivered, in order.
  CREATE TABLE webhook (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    origin   TEXT NOT NULL,               -- config | api
    spec     TEXT NOT NULL,               -- JSON, in one spelling
    secret   TEXT NOT NULL,
    created  REAL NOT NULL,
    seen     INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,  -- failed ones of the next event
    next_at  REAL NOT NULL DEFAULT 0,
    progress TEXT NOT NULL DEFAULT '{}',  -- JSON
    UNIQUE (origin, spec)
  ) STRICT;
  `,
  `
  -- The baseline with last_id in it, too: what the next trace is judged by, and its baseline when it is stored. NULL
  -- in subjects of before, until their next trace.
  ALTER TABLE subject ADD COLUMN next BLOB;
  `,
  `
  -- Baselines get rows of their own: a new trace reads one of the two and writes over the other, in its place where it
  -- is as long.
  CREATE TABLE baseline (
    id         INTEGER PRIMARY KEY,       -- twice its subject's, and the same plus 1: the two are written in turns
    last_id    INTEGER NOT NULL,          -- the last trace in it; 0 where it is not known
    conditions TEXT NOT NULL,             -- what went on then, JSON
    bytes      BLOB NOT NULL              -- analyse/baseline-codec.ts, with zeros behind it
  ) STRICT;
  INSERT INTO baseline SELECT 2 * rowid, 0, '[]', baseline FROM subject;
  INSERT INTO baseline SELECT 2 * rowid + 1, last_id, conditions, coalesce(next, x'') FROM subject;

  CREATE TABLE numbered_subject (
    id        INTEGER PRIMARY KEY,
    target_id INTEGER NOT NULL REFERENCES target (id),
    protocol  TEXT NOT NULL,
    family    INTEGER NOT NULL,
    UNIQUE (target_id, protocol, family)
  ) STRICT;
  INSERT INTO numbered_subject SELECT rowid, target_id, protocol, family FROM subject;
  DROP TABLE subject;
  ALTER TABLE numbered_subject RENAME TO subject;
  `,
];
