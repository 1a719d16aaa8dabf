import { IntelError } from '@locator/intel';
import { ProbeError, errorTable as probeErrors } from '@locator/probe';
import t from 'tap';
import { errorTable, ServerError, toHttpError } from '../src/errors.js';

t.test('own errors', async (t) => {
  t.strictSame(toHttpError(new ServerError('TOO_MANY_TRACES', undefined, { retryAfter: 2 })), {
    status: 429,
    code: 'TOO_MANY_TRACES',
    error: errorTable.TOO_MANY_TRACES[1],
    retryAfter: 2,
  });
  t.strictSame(toHttpError(new ServerError('TARGET_UNKNOWN', 'No trace of x is stored.')), {
    status: 404,
    code: 'TARGET_UNKNOWN',
    error: 'No trace of x is stored.',
    retryAfter: null,
  });
  for (const [code, [, sentence]] of Object.entries(errorTable)) t.match(sentence, /\.$/, code);
});

t.test("the probe package's errors have a status and become sentences", async (t) => {
  const expected = {
    TARGET_MISSING: 400,
    TARGET_MALFORMED: 400,
    TARGET_UNRESOLVABLE: 400,
    TARGET_FORBIDDEN: 403,
    TARGET_UNROUTABLE: 503,
    SOCKET_CLOSED: 503,
  } as const;
  for (const [code, status] of Object.entries(expected)) {
    const { error, ...rest } = toHttpError(new ProbeError(code as keyof typeof expected, 'x.example'));
    t.match(rest, { status, code, retryAfter: null });
    t.match(error, /x\.example\.$/);
  }
  for (const code of Object.keys(probeErrors) as (keyof typeof probeErrors)[]) {
    t.ok(toHttpError(new ProbeError(code)).status >= 400, code);
  }
});

t.test("the intel package's errors are the server's own trouble", async (t) => {
  t.match(toHttpError(new IntelError('DATA_DIR_UNUSABLE', 'disk is full')), {
    status: 503,
    code: 'DATA_DIR_UNUSABLE',
    error: /disk is full\.$/,
  });
});

t.test("the framework's refusals keep their status", async (t) => {
  const thrown = Object.assign(new Error('Bad thing'), { statusCode: 413, code: 'FST_X' });
  t.strictSame(toHttpError(thrown), { status: 413, code: 'FST_X', error: 'Bad thing.', retryAfter: null });
});

t.test('what is not ours is not shown', async (t) => {
  for (const thrown of [
    new Error('ENOENT: /secret'),
    'text',
    undefined,
    Object.assign(new Error('/secret'), { statusCode: 500, code: 'X' }),
  ]) {
    t.match(toHttpError(thrown), { status: 500, code: 'INTERNAL', error: errorTable.INTERNAL[1] });
  }
});
