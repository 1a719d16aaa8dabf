import t from 'tap';
import { randomFrom, seedOf } from '../seed.js';
import { along, watchDefaults, watchWalk } from './watch-walk.js';

const routers = (count: number) => Array.from({ length: count }, (_, index) => `10.0.0.${index + 1}`);
/** How often each TTL was asked in a round. */
const asked = (sent: readonly { ttl: number; round: { number: number } }[], round: number) =>
  sent.filter((attempt) => attempt.round.number === round).map(({ ttl }) => ttl);
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

t.test('the first round finds the path, later ones follow it', async (t) => {
  const { plan, sent } = watchWalk(along(routers(9), 5));
  t.equal(asked(sent, 1)[0], 30, 'the first probe goes to the last TTL');
  t.ok(asked(sent, 1).length <= 17);
  for (let round = 2; round <= 10; round++) t.same(asked(sent, round), upTo(10));
  t.same([plan.end, plan.endsAtDestination, plan.failed], [10, true, 0]);
});

t.test('a path longer than the window is found in the first round', async (t) => {
  const { plan, sent } = watchWalk(along(routers(27), 3), { rounds: 2 });
  t.equal(plan.end, 28);
  t.same(asked(sent, 2), upTo(28));
});

t.test('one probe per TTL and interval, paced', async (t) => {
  for (const intervalMs of [100, 1000, 5000]) {
    const { sent } = watchWalk(along(routers(9), 5), { intervalMs, rounds: 30 });
    const last = new Map<number, number>();
    let before = Number.NEGATIVE_INFINITY;
    for (const { ttl, sentAt, round } of sent) {
      t.ok(sentAt - before >= watchDefaults.paceMs - 1e-9, 'paced');
      before = sentAt;
      if (round.number === 1) continue;
      t.ok(sentAt - (last.get(ttl) ?? Number.NEGATIVE_INFINITY) >= intervalMs - 1e-6, `TTL ${ttl}`);
      last.set(ttl, sentAt);
    }
  }
});

t.test('a gap of silent routers that the distance does not tell of', async (t) => {
  const path = [...routers(3), ...new Array<null>(12).fill(null)];
  const network = along(path, 5);
  const { plan, sent } = watchWalk((attempt) => {
    const answer = network(attempt);
    return answer && { ...answer, distance: null };
  });
  t.equal(plan.end, 16);
  t.same(asked(sent, 10), upTo(16));
  t.same([plan.ledger.destination.sent, plan.ledger.destination.received], [10, 10]);
});

t.test('a middlebox that answers for the destination', async (t) => {
  const network = along(routers(6), 5);
  let rounds = 0;
  watchWalk(
    (attempt) => (attempt.ttl === 3 ? { kind: 'destination', rttMs: 2 } : network(attempt)),
    { rounds: 20 },
    ({ end, ledger }, round) => {
      rounds += 1;
      t.equal(end, 7, `round ${round.number}`);
      t.equal(ledger.router(5)?.sent, round.number);
      t.same([ledger.destination.sent, ledger.destination.received], [round.number, round.number]);
      t.ok(Math.abs(ledger.destination.rtt!.max - 35) < 1e-9, 'its own answers only');
    },
  );
  t.equal(rounds, 20);
});

t.test('one lost answer of a router in between does not bring the middlebox back', async (t) => {
  const network = along(routers(6), 5);
  const { plan } = watchWalk(
    ({ ttl, round }) => {
      if (ttl === 3) return { kind: 'destination', rttMs: 2 };
      if (ttl > 3 && ttl < 7 && round.number === 8) return null;
      return network({ ttl });
    },
    { rounds: 20 },
  );
  t.equal(plan.end, 7);
  t.equal(plan.ledger.router(5)?.sent, 20);
});

t.test('what the system refuses to send is no loss, and no end', async (t) => {
  const network = along(routers(3), 5);
  const unsent: number[] = [];
  const { plan } = watchWalk(
    (attempt) => (attempt.round.number % 3 === 0 ? 'refused' : network(attempt)),
    { rounds: 10 },
    (_, round) => unsent.push(round.unsent),
  );
  t.same(unsent, [0, 0, 4, 0, 0, 4, 0, 0, 4, 0]);
  t.equal(plan.failed, 12);
  t.equal(plan.end, 4);
  t.same([plan.ledger.destination.sent, plan.ledger.destination.received], [7, 7]);
  t.same([plan.ledger.router(2)?.sent, plan.ledger.router(2)?.received], [7, 7]);
});

t.test('whatever path follows upon which, nothing is called loss that is none', async (t) => {
  const seed = seedOf(t);
  const random = randomFrom(seed);
  const below = (n: number) => Math.floor(random() * n);
  for (let run = 0; run < 150; run++) {
    const label = `run ${run}, seed ${seed}`;
    const silent = random() < 0.5 ? 0 : 0.3;
    const paths = Array.from({ length: 1 + below(6) }, () =>
      Array.from({ length: below(18) }, () => (random() < silent ? null : `10.0.${below(200)}.1`)),
    );
    const rounds = 60;
    const each = rounds / paths.length;
    const isSlow = random() < 0.2;
    const msPerHop = (isSlow ? 80 : 25) * random();
    const networks = paths.map((path) => along(path, msPerHop));
    const { plan } = watchWalk(
      (attempt, now) => networks[Math.min(Math.floor(now / 1000 / each), paths.length - 1)]!(attempt),
      { rounds },
      ({ ledger, last }, round) => {
        const { destination } = ledger;
        // What takes longer than is waited for counts when it comes, if the watch still lives.
        if (isSlow) return;
        if (destination.sent !== destination.received) {
          t.fail(`${label}: the destination missed one in round ${round.number}`);
        }
        for (let ttl = 1; ttl <= last && silent === 0; ttl++) {
          const router = ledger.router(ttl);
          if (router?.sent !== router?.received) {
            t.fail(`${label}: TTL ${ttl} missed one in round ${round.number}`);
          }
        }
      },
    );
    const { sent, received } = plan.ledger.destination;
    t.ok(sent - received <= 2, `${label}: ${sent - received} missed at the end`);
    t.ok(received >= rounds - 3 * paths.length, `${label}: only ${received} received`);
    t.equal(plan.end, paths.at(-1)!.length + 1, label);
  }
});
