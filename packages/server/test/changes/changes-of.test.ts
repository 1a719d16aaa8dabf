import t from 'tap';
import type { Finding } from '../../src/analyse/judgement.js';
import { changesOf } from '../../src/changes/changes-of.js';
import type { Change, Condition } from '../../src/store/event-store.js';

const HOUR = 3_600_000;

function aFinding(type: Finding['type'], rest: Partial<Finding> = {}): Finding {
  return { type, detail: type, hop: 4, severity: 'low', confidence: 0.99, since: 0, evidence: {}, ...rest };
}

/** Traces an hour apart, each with these findings; the changes of each. */
function run(...traces: readonly (readonly Finding[])[]): Change[][] {
  let conditions: readonly Condition[] = [];
  return traces.map((findings, hour) => {
    const observation = changesOf(findings, conditions, hour * HOUR);
    conditions = observation.conditions;
    return [...observation.changes];
  });
}

const states = (changes: readonly (readonly Change[])[]) =>
  changes.map((each) => each.map(({ state }) => state));

t.test('what lasts is told of when it begins and when it is over, not in between', async (t) => {
  const loss = aFinding('PacketLoss', { detail: 'Packet loss detected: 20% from hop 4 on', since: HOUR });
  const changes = run([], [loss], [loss], [], [], [], []);
  t.same(states(changes), [[], ['began'], [], [], [], ['ended'], []]);
  t.match(changes[1]![0], {
    type: 'PacketLoss',
    severity: 'low',
    hop: 4,
    detail: loss.detail,
    confidence: 0.99,
  });
  t.match(changes[5]![0], {
    severity: 'low',
    detail: 'No longer so: Packet loss detected: 20% from hop 4 on',
    evidence: { since: HOUR, lastedMs: 4 * HOUR, tracesWithout: 3 },
  });
});

t.test('what comes and goes does not begin again and again', async (t) => {
  const loss = aFinding('PacketLoss');
  t.same(states(run([loss], [], [loss], [], [], [loss])), [['began'], [], [], [], [], []]);
});

t.test('graver is told of, milder is not', async (t) => {
  const loss = (severity: Finding['severity']) => [aFinding('PacketLoss', { severity })];
  const changes = run(loss('info'), loss('high'), loss('low'), loss('medium'), [], [], []);
  t.same(states(changes), [['began'], ['worsened'], [], [], [], [], ['ended']]);
  t.equal(changes[6]![0]!.severity, 'high', 'who was told of it is told of its end');
});

t.test('loss or latency that wanders along the path is the same', async (t) => {
  for (const type of ['PacketLoss', 'HighLatency', 'RoutingLoop', 'DestinationUnreachable'] as const) {
    const at = (hop: number) => [aFinding(type, { hop, evidence: { address: `192.0.2.${hop}` } })];
    t.same(states(run(at(4), at(5), at(4))), [['began'], [], []], type);
  }
});

t.test('each listed address, list entry, and new router counts by itself', async (t) => {
  const at = (type: Finding['type'], evidence: Finding['evidence']) => aFinding(type, { evidence });
  const one = at('MaliciousIP', { address: '192.0.2.1', prefix: '192.0.2.0/24' });
  const same = at('MaliciousIP', { address: '192.0.2.1', prefix: 'AS64500' });
  const two = at('MaliciousIP', { address: '192.0.2.2', prefix: '192.0.2.0/24' });
  t.same(states(run([one, same], [one, two])), [['began', 'began'], ['began']]);
  t.same(states(run([one, one], [one])), [['began'], []], 'the same twice in a trace is one');
});

t.test('a deviation is news, again when it is surer, and has no end', async (t) => {
  const at = (address: string, severity: Finding['severity']) =>
    aFinding('PathDeviation', { severity, evidence: { address } });
  const changes = run(
    [at('192.0.2.1', 'info')],
    [at('192.0.2.1', 'low')],
    [at('192.0.2.1', 'low'), at('192.0.2.2', 'info')],
    [],
    [],
    [],
  );
  t.same(states(changes), [['change'], ['change'], ['change'], [], [], []]);
});
