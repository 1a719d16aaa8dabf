import { ServerError } from '../errors.js';

/**
 * A point in time in a query string → wall-clock milliseconds. Takes what history itself writes: ISO 8601
 * (`2025-05-05T10:00:00.000Z`; without a zone UTC is meant; `2025-05-05`) and `20250505`.
 * Throws INPUT_INVALID.
 */
export function readInstant(name: string, text: string): number {
  const day = /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  const iso = day === null ? text : `${day[1]}-${day[2]}-${day[3]}`;
  // A plus sign in a query string means a space.
  const form = /^\d{4}-\d{2}-\d{2}(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+ -]\d{2}:\d{2})?)?$/.exec(
    iso,
  );
  if (form !== null) {
    const [, time = '00:00', zone = 'Z'] = form;
    const ms = Date.parse(`${iso.slice(0, 10)}T${time}${zone.replace(' ', '+')}`);
    if (!Number.isNaN(ms)) return ms;
  }
  throw new ServerError(
    'INPUT_INVALID',
    `${name} must be a time such as 2025-05-05T10:00:00Z or 20250505, not ${JSON.stringify(text)}.`,
  );
}
