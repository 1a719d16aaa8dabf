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
];
