/** Most targets that one answer has. */
export const MOST_TARGETS = 1000;

/** Most traces that one answer about all targets has: some 40 MB of JSON. */
export const MOST_TRACES = 2000;

const traceColumns = 'trace.id AS id, path_id AS pathId, record';
const newestFirst = 'ORDER BY started DESC, trace.id DESC';
const inWindow = 'started < @before AND started > @after';
const someInWindow = `EXISTS (SELECT 1 FROM trace WHERE target_id = target.id AND ${inWindow})`;
const mostRecentFirst = `ORDER BY last_started DESC, target.id DESC LIMIT ${MOST_TARGETS}`;
const subject =
  'target_id = (SELECT id FROM target WHERE name = @target) AND protocol = @protocol AND family = @family';

/** The statements on targets and traces. */
export const QUERIES = {
  begin: 'INSERT INTO begun (target, protocol, family, started) VALUES (?, ?, ?, ?)',

  // Removes it, too: what is appended is no longer under way.
  take: 'DELETE FROM begun WHERE id = ? AND interrupted = 0 RETURNING target',

  countTrace: `
    INSERT INTO target (name, labels, traces, last_started) VALUES (@name, @labels, 1, @started)
    ON CONFLICT (name) DO UPDATE SET traces = traces + 1, last_started = max(last_started, excluded.last_started)
    RETURNING id`,

  insertTrace: `
    INSERT INTO trace (id, target_id, protocol, family, started, address, complete, path_id, record)
    VALUES (@id, @targetId, @protocol, @family, @started, @address, @complete, @pathId, @record)`,

  targetsWithin: `
    SELECT id, name FROM target WHERE labels >= @from AND labels < @to AND ${someInWindow} ${mostRecentFirst}`,

  // The inner part hops from one target to the next in the index, however many traces each has.
  targetsAt: `
    WITH RECURSIVE hit (id) AS (
      SELECT min(target_id) FROM trace WHERE address = @address
      UNION ALL
      SELECT (SELECT min(target_id) FROM trace WHERE address = @address AND target_id > hit.id)
      FROM hit WHERE hit.id IS NOT NULL)
    SELECT target.id AS id, name FROM target JOIN hit USING (id) ${mostRecentFirst}`,

  targetsRecent: `SELECT id, name FROM target WHERE ${someInWindow} ${mostRecentFirst}`,

  tracesOf: `
    SELECT ${traceColumns} FROM trace WHERE target_id = @targetId AND ${inWindow} ${newestFirst} LIMIT @limit`,

  tracesOfAt: `
    SELECT ${traceColumns} FROM trace WHERE address = @address AND target_id = @targetId AND ${inWindow}
    ${newestFirst} LIMIT @limit`,

  latest: `
    SELECT ${traceColumns} FROM trace
    WHERE target_id = (SELECT id FROM target WHERE name = @target) AND started >= @notBefore AND complete = 1
      AND (@protocol IS NULL OR protocol = @protocol) AND (@family IS NULL OR family = @family)
    ${newestFirst} LIMIT 1`,

  earlier: `SELECT ${traceColumns} FROM trace WHERE ${subject} AND id < @beforeId ORDER BY id DESC LIMIT @limit`,

  trace: `SELECT ${traceColumns} FROM trace WHERE id = ?`,
  targetOf: 'SELECT target_id AS id FROM trace WHERE id = ?',

  counts: `
    SELECT coalesce(sum(traces), 0) AS traces, count(*) AS targets,
      (SELECT count(*) FROM begun WHERE interrupted = 1) AS interrupted
    FROM target`,

  total: 'SELECT coalesce(sum(traces), 0) AS traces FROM target',
  oldest: 'SELECT id, target_id AS targetId FROM trace WHERE started < ? ORDER BY started LIMIT ?',
  oldestStart: 'SELECT min(started) AS started FROM trace',
  deleteTrace: 'DELETE FROM trace WHERE id = ?',
  uncountTrace: 'UPDATE target SET traces = traces - 1 WHERE id = ?',
  deleteEmptyTargets: 'DELETE FROM target WHERE traces = 0',
  deleteInterrupted: 'DELETE FROM begun WHERE interrupted = 1 AND started < ?',
} as const;
