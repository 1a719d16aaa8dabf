import t from 'tap';
import { readInstant } from '../../src/wire/instant.js';

const good: readonly [text: string, iso: string][] = [
  ['20250505', '2025-05-05T00:00:00.000Z'],
  ['2025-05-05', '2025-05-05T00:00:00.000Z'],
  ['2025-05-05T10:00', '2025-05-05T10:00:00.000Z'],
  ['2025-05-05 10:00:07', '2025-05-05T10:00:07.000Z'],
  ['2025-05-05T10:00:00.123Z', '2025-05-05T10:00:00.123Z'],
  ['2025-05-05T10:00:00+02:00', '2025-05-05T08:00:00.000Z'],
  ['2025-05-05T10:00:00 02:00', '2025-05-05T08:00:00.000Z'],
  ['2025-05-05T10:00:00-02:00', '2025-05-05T12:00:00.000Z'],
];
for (const [text, iso] of good) t.equal(new Date(readInstant('before', text)).toISOString(), iso, text);

for (const text of [
  '',
  'yesterday',
  '1',
  '2025-13-01',
  '20251301',
  '2025-05-05T25:00',
  '1746403200000',
  'Mon, 05 May 2025',
]) {
  t.throws(
    () => readInstant('after', text),
    {
      code: 'INPUT_INVALID',
      message: `after must be a time such as 2025-05-05T10:00:00Z or 20250505, not ${JSON.stringify(text)}.`,
    },
    JSON.stringify(text),
  );
}
