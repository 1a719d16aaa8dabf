import fc from 'fast-check';
import t from 'tap';
import { PacketBudget } from '../../src/monitors/packet-budget.js';
import { seedOf } from '../seed.js';

t.test('whatever runs cost, the average is kept and no run waits for longer than it has to', async (t) => {
  const run = fc.record({
    packets: fc.integer({ min: 0, max: 5000 }),
    pause: fc.integer({ min: 0, max: 5000 }),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), fc.array(run, { maxLength: 50 }), (rate, runs) => {
      const budget = new PacketBudget(rate, 0);
      let now = 0;
      let spent = 0;
      for (const { packets, pause } of runs) {
        now += pause;
        const wait = budget.wait(now);
        now += wait;
        if (budget.wait(now) !== 0) return false;
        // Before it begins, all that was sent had been earned.
        if (spent > rate + (rate * now) / 1000 + 1e-6) return false;
        budget.begin(now);
        budget.end(packets);
        spent += packets;
      }
      return true;
    }),
    { seed: seedOf(t) },
  );
  t.pass('holds');
});
