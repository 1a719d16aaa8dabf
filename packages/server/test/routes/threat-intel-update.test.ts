import { IntelError, type UpdateReport } from '@locator/intel';
import t from 'tap';
import Value from 'typebox/value';
import { UpdateReportSchema } from '../../src/wire/update-report.js';
import { aServer } from '../a-server.js';
import { fakeIntel } from '../fake-intel.js';

const report: UpdateReport = {
  startedAt: '2026-01-01T00:00:00.000Z',
  added: 3,
  removed: 1,
  lists: [
    {
      name: 'Spamhaus DROP',
      url: 'https://lists.example/drop_v4.json',
      result: 'updated',
      entries: 1700,
      added: 3,
      removed: 1,
      updatedAt: '2025-12-31T00:00:00.000Z',
      nextAt: null,
      sentence: 'Spamhaus DROP was updated.',
    },
  ],
};

t.test('fetches the lists and reports what was added and removed', async (t) => {
  let updates = 0;
  const update = async () => {
    updates += 1;
    return report;
  };
  const { app } = await aServer(t, { intel: fakeIntel({ update }) });
  const bodies: readonly object[] = [
    {},
    { payload: '', headers: { 'content-type': 'application/json' } },
    { payload: '{ not json', headers: { 'content-type': 'application/json' } },
    { payload: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
  ];
  for (const body of bodies) {
    const answer = await app.inject({ method: 'POST', url: '/api/threat-intel/update', ...body });
    t.equal(answer.statusCode, 200, JSON.stringify(body));
    t.ok(Value.Check(UpdateReportSchema, answer.json()));
    t.match(answer.json(), {
      started_at: report.startedAt,
      added: 3,
      removed: 1,
      lists: [
        { name: 'Spamhaus DROP', result: 'updated', updated_at: '2025-12-31T00:00:00.000Z', next_at: null },
      ],
    });
  }
  t.equal(updates, bodies.length);
});

t.test('says what keeps it from updating', async (t) => {
  const update = async () => {
    throw new IntelError('DATA_DIR_UNUSABLE', 'read-only file system');
  };
  const { app } = await aServer(t, { intel: fakeIntel({ update }) });
  const answer = await app.inject({ method: 'POST', url: '/api/threat-intel/update' });
  t.equal(answer.statusCode, 503);
  t.match(answer.json(), { code: 'DATA_DIR_UNUSABLE', error: /read-only file system\.$/ });
});
