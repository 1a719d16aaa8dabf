import t from 'tap';
import { VirtualClock } from '../src/virtual-clock.js';

t.test('wakes in order of time, those of one time in order of setting', async (t) => {
  const clock = new VirtualClock(1000);
  const woken: string[] = [];
  const note = (name: string) => () => woken.push(`${name}@${clock.now()}`);
  clock.at(20, note('c'));
  clock.at(10, note('a'));
  clock.at(10, note('b'));
  clock.at(30, note('later'));
  await clock.run(25);
  t.same(woken, ['a@10', 'b@10', 'c@20']);
  t.equal(clock.now(), 25, 'then it is as late as was asked');
  t.equal(clock.wall(), 1025);
  await clock.run(30);
  t.same(woken.slice(3), ['later@30'], 'the end counts');
});

t.test('a time in the past is now', async (t) => {
  const clock = new VirtualClock();
  await clock.run(50);
  let wokenAt: number | null = null;
  clock.at(10, () => {
    wokenAt = clock.now();
  });
  t.equal(wokenAt, null, 'but not at once');
  await clock.run(50);
  t.equal(wokenAt, 50);
  t.throws(() => clock.at(Number.NaN, () => {}), RangeError);
});

t.test('what is cancelled is not woken, even by a timer of the same time', async (t) => {
  const clock = new VirtualClock();
  const woken: string[] = [];
  const cancel = clock.at(5, () => woken.push('cancelled'));
  clock.at(1, () => woken.push('kept'));
  cancel();
  clock.at(7, () => cancelLate());
  const cancelLate = clock.at(7, () => woken.push('cancelled late'));
  await clock.run(10);
  t.same(woken, ['kept']);
  cancel();
});

t.test('promise chains settle between two timers', async (t) => {
  const clock = new VirtualClock();
  const events: string[] = [];
  const sleep = (ms: number) => new Promise<void>((wake) => clock.at(clock.now() + ms, wake));
  const work = async (name: string, ms: number) => {
    for (let round = 0; round < 3; round++) {
      await sleep(ms);
      for (let step = 0; step < 10; step++) await null;
      await new Promise<void>((next) => process.nextTick(next));
      events.push(`${name}${clock.now()}`);
    }
  };
  const all = Promise.all([work('a', 10), work('b', 15)]);
  await clock.runUntil(all);
  t.same(events, ['a10', 'b15', 'a20', 'b30', 'a30', 'b45']);
});

t.test('runs until a promise settles, and gives what it settles to', async (t) => {
  const clock = new VirtualClock();
  const later = new Promise<string>((resolve) => clock.at(1e9, () => resolve('done')));
  clock.at(2e9, () => t.fail('ran on'));
  t.equal(await clock.runUntil(later), 'done');
  t.equal(clock.now(), 1e9);
  await t.rejects(clock.runUntil(Promise.reject(new Error('no'))), { message: 'no' });
});

t.test('a promise that nothing settles is an error', async (t) => {
  const clock = new VirtualClock();
  clock.at(10, () => {});
  await t.rejects(clock.runUntil(new Promise(() => {})), { message: /no timer brings/ });
  t.equal(clock.now(), 10);
});

t.test('what a timer throws comes out, and the clock goes on', async (t) => {
  const clock = new VirtualClock();
  clock.at(1, () => {
    throw new Error('in a timer');
  });
  let woken = false;
  clock.at(2, () => {
    woken = true;
  });
  await t.rejects(clock.run(10), { message: 'in a timer' });
  t.equal(clock.now(), 1);
  await clock.run(10);
  t.ok(woken);
});

t.test('one run at a time', async (t) => {
  const clock = new VirtualClock();
  const running = clock.run(10);
  await t.rejects(clock.run(20), { message: /running already/ });
  await running;
});
