import type { Source } from '@locator/intel';
import t from 'tap';
import Value from 'typebox/value';
import type { Judgement } from '../../src/analyse/judgement.js';
import { AnalysisSchema, encodeAnalysis } from '../../src/wire/analysis.js';

const list: Source = {
  name: 'Spamhaus DROP',
  kind: 'threats',
  updatedAt: '2026-01-01T00:00:00.000Z',
  entries: 1700,
  attribution: 'The Spamhaus Project',
  url: null,
  state: 'in-use',
  problem: null,
};

const judgement: Judgement = {
  findings: [
    {
      type: 'PathDeviation',
      detail: 'New IP 203.0.113.1 detected at hop 4',
      hop: 4,
      severity: 'medium',
      confidence: 0.99951,
      since: Date.UTC(2025, 4, 6),
      evidence: { known: ['203.0.113.2'] },
    },
  ],
  alerts: ['IP 203.0.113.1 flagged as malicious: listed on Spamhaus DROP'],
  riskScore: 60,
  riskFactors: [{ name: 'listed transit hop', points: 60, because: 'Spamhaus DROP lists 203.0.113.0/24' }],
  baseline: { traces: 3, since: Date.UTC(2025, 4, 5) },
};

t.test('a judgement', async (t) => {
  const json = encodeAnalysis(judgement, [list, { ...list, name: 'GeoLite2-City', kind: 'place' }]);
  t.strictSame(json, {
    anomalies: [
      {
        type: 'PathDeviation',
        detail: 'New IP 203.0.113.1 detected at hop 4',
        hop: 4,
        severity: 'medium',
        confidence: 1,
        since: '2025-05-06T00:00:00.000Z',
        evidence: { known: ['203.0.113.2'] },
      },
    ],
    alerts: ['IP 203.0.113.1 flagged as malicious: listed on Spamhaus DROP'],
    riskScore: 60,
    riskFactors: [{ name: 'listed transit hop', points: 60, because: 'Spamhaus DROP lists 203.0.113.0/24' }],
    baseline: { traces: 3, since: '2025-05-05T00:00:00.000Z', note: null },
    lists: [{ name: 'Spamhaus DROP', updated_at: '2026-01-01T00:00:00.000Z', entries: 1700 }],
  });
  t.ok(Value.Check(AnalysisSchema, json));
});

t.test('an empty baseline is said', async (t) => {
  const { baseline } = encodeAnalysis({ ...judgement, baseline: { traces: 0, since: null } }, []);
  t.equal(baseline.traces, 0);
  t.equal(baseline.since, null);
  t.match(baseline.note, /baseline is empty/);
});
