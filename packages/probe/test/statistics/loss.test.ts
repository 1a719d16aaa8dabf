import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { type HopAttempts, judgeLoss } from '../../src/statistics/loss.js';
import { holds, randomFrom, seedOf } from '../seed.js';
import { byEcho, path } from './samples.js';

const all = 'aaaaaaaaaaaaaaaaaaaa';
const silent = '....................';

t.test('nothing missing', async (t) => {
  t.strictSame(judgeLoss(path('aaa', 'bbb!'), 0), {
    sent: 3,
    received: 3,
    ratio: 0,
    verdict: 'none',
    evidence: '3 of 3 answered',
  });
});

t.test('nothing known yet', async (t) => {
  const nothing = {
    sent: 0,
    received: 0,
    ratio: 0,
    verdict: 'unknown',
    evidence: 'no probe has come to an end',
  };
  t.strictSame(judgeLoss(path('???'), 0), nothing);
  t.strictSame(judgeLoss(path(''), 0), nothing);
  t.strictSame(judgeLoss([], 0), nothing);
});

t.test('what is waited for is neither sent nor missing', async (t) => {
  t.match(judgeLoss(path('aa?', 'bbb!'), 0), { sent: 2, received: 2, verdict: 'none' });
  const late = [{ ...path('a')[0]!, attempts: [{ sentAt: 0, answeredBy: 'a', pending: true }] }];
  t.match(judgeLoss(late, 0), { sent: 1, received: 1 }, 'an answer counts whatever is said of it');
});

t.test('a silent hop', async (t) => {
  t.strictSame(judgeLoss(path('aaa', '...', 'ccc', 'ddd!'), 1), {
    sent: 3,
    received: 0,
    ratio: 1,
    verdict: 'silent',
    evidence: '3 of 3 missing; hop 3 behind it misses 0 of 3',
  });
  t.equal(judgeLoss(path('a', '.', 'c!'), 1).verdict, 'silent');
  t.equal(judgeLoss(path('aaa', '...', '...', 'd.d!'), 1).verdict, 'silent');
  t.match(
    judgeLoss(path('aaa', '...', 'c..', '..d!'), 1),
    {
      verdict: 'unknown',
      evidence: '3 of 3 missing; hop 3 behind it misses 2 of 3, which may be all that it is',
    },
    'where most is lost, one hop may have been unlucky',
  );
});

t.test('nothing beyond', async (t) => {
  for (const index of [2, 3]) {
    t.match(judgeLoss(path('aaa', 'bbb', '...', '...'), index), {
      verdict: 'unreachable-beyond',
      evidence: '3 of 3 missing; nothing behind it answers',
    });
  }
  t.match(judgeLoss(path('aaa', 'b.b', '...', '...'), 1), {
    verdict: 'unreachable-beyond',
    evidence: '1 of 3 missing; nothing behind it answers',
  });
  t.match(judgeLoss(path('aaa', 'b..#'), 1), {
    verdict: 'unreachable-beyond',
    evidence: '2 of 3 missing; the router says there is no way on',
  });
});

t.test('judged before the hops behind it are done', async (t) => {
  const waiting = /still waited for/;
  t.match(judgeLoss(path('aaa', '...', '???'), 1), { verdict: 'unknown', evidence: waiting });
  t.match(judgeLoss(path('aaa', '.b.', '???'), 1), { verdict: 'unknown', evidence: waiting });
  t.equal(judgeLoss(path('aaa', '...', 'c??'), 1).verdict, 'silent', 'one answer behind it is enough');
});

t.test('rate-limited: alone in what it misses', async (t) => {
  const limited = path(all, 'bbbbbb..b..b..b..b..', all, all, `${all}!`);
  t.strictSame(judgeLoss(limited, 1), {
    sent: 20,
    received: 10,
    ratio: 0.5,
    verdict: 'rate-limited',
    evidence: '10 of 20 missing; hop 3 behind it misses 0 of 20; its answers come at a steady rate',
  });
  t.match(judgeLoss(path(all, 'b.bbb..bbbb.b...bbbb', all, all, `${all}!`), 1), {
    verdict: 'rate-limited',
    evidence: '7 of 20 missing; hop 3 behind it misses 0 of 20',
  });
  const destination = path(all, all, 'ccccc..c..c..c..c..c!');
  t.match(judgeLoss(destination, 2), { verdict: 'rate-limited', evidence: /steady rate/ });
  const early = path('aaa', 'b..', 'ccc', 'ddd', 'eee', 'fff', 'ggg', 'hhh!');
  t.equal(judgeLoss(early, 1).verdict, 'rate-limited', 'a few probes are enough where many hops answer all');
});

t.test('rate-limited on a lossy path', async (t) => {
  const both = path(
    'aaaaaaaaaa.aaaaaa.aa',
    'bb..b..b..b..b..b..b',
    'cccc.ccccc.ccccccccc',
    'dddddd.ddddd.ddd.ddd!',
  );
  t.equal(judgeLoss(byEcho(both), 1).verdict, 'rate-limited');
});

t.test('forwarding: every hop behind it misses as much', async (t) => {
  const lossy = path(
    all,
    'bb.bbbbb.bb.bbbb.bbb',
    '.cccc.cccccccc.ccccc',
    'dddd.dd.ddd.ddddd.dd',
    'e.eeeee.e.eeee.eeeee!',
  );
  t.equal(judgeLoss(lossy, 0).verdict, 'none');
  t.strictSame(judgeLoss(byEcho(lossy), 1), {
    sent: 20,
    received: 16,
    ratio: 1 - 16 / 20,
    verdict: 'forwarding',
    evidence:
      '4 of 20 missing; the hops behind it miss 11 of 60, the least 3 of 20 at hop 3: at most 36 % is lost on the way',
  });
  for (const index of [2, 3, 4]) t.equal(judgeLoss(lossy, index).verdict, 'forwarding');
});

t.test('a silent or limited hop behind it does not hide forwarding loss', async (t) => {
  const lossy = path(
    all,
    'bb.bbbbb.bb.bbbb.bbb',
    silent,
    'dd..d..d..d..d..d..d',
    '.eeee.eeeeeeee.eeeee',
    'ffff.ff.fff.fffff.ff',
    'g.ggggg.g.gggg.ggggg!',
  );
  for (const index of [1, 4, 5, 6]) t.equal(judgeLoss(byEcho(lossy), index).verdict, 'forwarding');
  t.equal(judgeLoss(byEcho(lossy), 2).verdict, 'silent');
  t.equal(judgeLoss(byEcho(lossy), 3).verdict, 'rate-limited');
});

t.test('a destination that misses has nothing behind it', async (t) => {
  const last = path(all, all, all, 'ddd.dd..ddddd.dddd.d!');
  t.match(judgeLoss(byEcho(last), 3), {
    verdict: 'forwarding',
    evidence:
      '5 of 20 missing; it is the last to answer, and hop 3 before it misses 0 of 20: at most 47 % is lost on the way',
  });
  t.match(judgeLoss(last, 3), {
    verdict: 'unknown',
    evidence:
      '5 of 20 missing; it is the last to answer, and hop 3 before it misses 0 of 20: too little to tell why',
  });
  const along = path(all, 'bb.bbbbb.bb.bbbb.bbb', '.cccc.cccccccc.ccccc', 'dddd.dd.ddd.ddddd.dd!');
  t.equal(judgeLoss(along, 3).verdict, 'forwarding', 'as much as the hops before it');
  t.equal(judgeLoss(path('a.a!'), 0).verdict, 'unknown');
});

t.test('too few figures accuse nobody', async (t) => {
  t.equal(judgeLoss(path('aaa', 'b.b', 'ccc!'), 1).verdict, 'unknown');
  t.equal(judgeLoss(path('aaa', 'b.b', 'c.c!'), 1).verdict, 'unknown');
  t.equal(judgeLoss(path('aaa', 'b.b', '.cc', 'ddd', 'e.e!'), 1).verdict, 'unknown');
  t.equal(judgeLoss(byEcho(path('aaa', 'bb.!')), 1).verdict, 'unknown');
  const spread = path('aaa', 'b.b', '.cc', 'd.d', '..e', 'f.f', 'gg.', '.h.', 'i.i', 'jj.!');
  t.equal(judgeLoss(byEcho(spread), 4).verdict, 'forwarding', 'a whole path that misses is not few');
  t.equal(judgeLoss(spread, 4).verdict, 'unknown', 'routers whose limits others have used up do the same');
});

t.test('never forwarding where all hops behind it answer everything', async (t) => {
  const tail = path(
    all,
    all,
    'cc.ccc.cc.cccccc.ccc',
    'dddd.dd.dddddddddddd',
    'ee.e..e...e..e.e..ee',
    `f.${all}`,
    all,
    all,
  );
  t.not(judgeLoss(tail, 5).verdict, 'forwarding');
});

t.test('a change of the path', async (t) => {
  const moved = path(all, 'bbbbbbbbbb..cccccccc', 'dddddddddd..eeeeeeee', 'ffffffffff..ffffffff!');
  for (const index of [1, 2, 3]) {
    t.match(judgeLoss(moved, index), {
      verdict: 'path-changed',
      evidence: '2 of 20 missing, all while the path changed',
    });
  }
  const silenced = path(all, 'bbbbbbbbbbcccccccccc', 'dddddddddd..........', `${all}!`);
  t.match(judgeLoss(silenced, 2), {
    verdict: 'path-changed',
    evidence: '10 of 20 missing; none of 10 answered on one of the paths taken',
  });
  const lossy = path(
    all,
    'bbbbbccc.ccc.cccc.cc',
    'ddddde.eeee.eeeee.ee',
    'fffffgg.ggggg.ggg.gg',
    'hhhhhhhhh.hhh.hhhhh.!',
  );
  for (const index of [1, 2, 3, 4]) {
    t.match(judgeLoss(byEcho(lossy), index), {
      verdict: 'forwarding',
      evidence: /^while the path stayed the same, 3 of 1[45] missing/,
    });
  }
  const mute = path(all, 'bbbbbbbbbbcccccccccc', silent, `${all}!`);
  t.equal(judgeLoss(mute, 2).verdict, 'silent', 'before and after');
  const balanced = path(all, 'bcbbccbcbbcbccbbcbcb', 'd.dd..d..d..d..d..d.', `${all}!`);
  t.equal(judgeLoss(balanced, 2).verdict, 'rate-limited', 'load balancing is no change');
});

t.test('properties', async (t) => {
  const seed = seedOf(t);
  const letter = fc.constantFrom('a', 'a', 'a', 'b', '.', '.', '?');
  const hop = fc
    .tuple(fc.array(letter, { maxLength: 25 }), fc.constantFrom('', '', '', '!', '#'))
    .map(([letters, end]) => letters.join('') + end);
  const paths = fc.array(hop, { minLength: 1, maxLength: 20 }).map((hops) => path(...hops));
  holds(t, 'a verdict for any figures', seed, 2000, paths, (hops) => {
    for (const [index, { attempts }] of hops.entries()) {
      const known = attempts.filter(({ pending }) => !pending);
      const received = known.filter(({ answeredBy }) => answeredBy !== null).length;
      const loss = judgeLoss(hops, index);
      assert.deepEqual([loss.sent, loss.received], [known.length, received]);
      assert.ok(loss.ratio >= 0 && loss.ratio <= 1);
      assert.equal(loss.verdict === 'none', known.length > 0 && received === known.length);
      assert.ok(loss.evidence.length > 0 && !/NaN|undefined|Infinity/.test(loss.evidence), loss.evidence);
      if (received === 0) assert.ok(!['forwarding', 'rate-limited', 'path-changed'].includes(loss.verdict));
    }
  });
});

/** One cause per path, as routers produce it; its hop is `at`, from 0. */
interface Scenario {
  readonly cause: 'lost' | 'limited' | 'silent' | 'cut';
  readonly at: number;
  readonly hops: readonly HopAttempts[];
}

/** A path of 4 to 18 hops, asked by echo: a burst of three, then once a second. */
function scenario(cause: Scenario['cause'], rounds: number, random: () => number): Scenario {
  const length = 4 + Math.floor(random() * 15);
  // The destination limits no echo, and a path is cut before it.
  const at = Math.floor(random() * (cause === 'lost' ? length : length - 1));
  const share = 0.05 + 0.45 * random();
  const rate = 0.1 + 0.7 * random();
  let [tokens, last] = [1 + 5 * random(), 0];
  const answers: Readonly<Record<Scenario['cause'], (ttl: number, seconds: number) => boolean>> = {
    lost: (ttl) => ttl < at || random() >= share,
    silent: (ttl) => ttl !== at,
    cut: (ttl) => ttl <= at,
    limited: (ttl, seconds) => {
      if (ttl !== at) return true;
      tokens = Math.min(6, tokens + rate * (seconds - last));
      last = seconds;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
  const hops = Array.from({ length }, (_, ttl) => ({
    ttl: ttl + 1,
    destination: ttl === length - 1 && cause !== 'cut',
    unreachable: false,
    echo: true,
    attempts: Array.from({ length: rounds }, (_, round) => {
      const seconds = Math.max(0, round - 2) + Math.min(round, 2) * 0.03 + ttl * 0.002 + random() * 0.005;
      return { sentAt: seconds * 1000, answeredBy: answers[cause](ttl, seconds) ? `192.0.2.${ttl}` : null };
    }),
  }));
  return { cause, at, hops };
}

const right = { lost: 'forwarding', limited: 'rate-limited', silent: 'silent', cut: 'unreachable-beyond' };

t.test('1,200 paths with known causes', async (t) => {
  const random = randomFrom(seedOf(t, 2026));
  for (const [rounds, least] of [
    [20, 0.9],
    [60, 0.95],
  ] as const) {
    const tally: Record<string, { hops: number; right: number; accused: number }> = {};
    for (let count = 0; count < 1200; count++) {
      const cause = (['lost', 'limited', 'silent', 'cut'] as const)[count % 4]!;
      const { hops } = scenario(cause, rounds, random);
      tally[cause] ??= { hops: 0, right: 0, accused: 0 };
      for (const index of hops.keys()) {
        const { verdict } = judgeLoss(hops, index);
        if (verdict === 'none') continue;
        tally[cause].hops += 1;
        if (verdict === right[cause]) tally[cause].right += 1;
        if (verdict === 'forwarding') tally[cause].accused += 1;
      }
    }
    for (const [cause, { hops, right, accused }] of Object.entries(tally)) {
      t.comment(`${rounds} rounds, ${cause}: ${right} of ${hops} hops right`);
      t.ok(right / hops >= least, `${cause}: at least ${least} right`);
      if (cause !== 'lost') t.equal(accused, 0, `${cause}: none accused of forwarding loss`);
    }
  }
});

t.test('three probes: nobody is accused wrongly', async (t) => {
  const random = randomFrom(seedOf(t, 2026));
  let accused = 0;
  for (let count = 0; count < 3000; count++) {
    const { hops } = scenario((['limited', 'silent', 'cut'] as const)[count % 3]!, 3, random);
    for (const index of hops.keys()) if (judgeLoss(hops, index).verdict === 'forwarding') accused++;
  }
  t.equal(accused, 0);
});
