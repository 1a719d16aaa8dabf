import t from 'tap';
import { ProbeError } from '../src/errors.js';
import { Stop } from '../src/stop.js';
import { Turns } from '../src/turns.js';

/** Waits, and writes down what came of it. */
function wait(turns: Turns, name: string, log: string[], stop = new Stop()): Stop {
  turns.wait(stop).then(
    () => log.push(name),
    (error) => log.push(`${name} ${error.code}`),
  );
  return stop;
}

/** 2 ms each, of at most 10 unused ones. */
const open = () => new Turns(2, 10);

t.test('first come, first served, and whoever is stopped waits no more', async (t) => {
  const turns = open();
  const log: string[] = [];
  const [, second] = ['1', '2', '3', '4'].map((name) => wait(turns, name, log));
  t.equal(turns.size, 4);
  second!.stop();
  await null;
  t.same(log, ['2'], 'a stopped wait is over');
  turns.admit(0, 0);
  await null;
  t.same(log, ['2', '1', '3', '4']);
  t.equal(turns.size, 0);
});

t.test('what each will send is set aside before it asks for it', async (t) => {
  const turns = open();
  const log: string[] = [];
  t.equal(turns.earliest, Number.POSITIVE_INFINITY, 'nobody waits');
  const granted = async (now: number, sendAt = now) => {
    turns.admit(now, sendAt);
    await null;
    return log.length;
  };
  // One after the other, as traces come: none has sent anything yet.
  for (let n = 1; n <= 20; n++) {
    wait(turns, String(n), log);
    await granted(100);
  }
  t.equal(log.length, 6, 'those ten milliseconds, and one');
  t.equal(turns.earliest, 102);
  t.equal(await granted(101), 6);
  t.equal(await granted(102), 7);
  t.equal(await granted(108, 109), 7, 'what was asked for has to wait already');
  t.equal(await granted(110), 11);
  t.equal(await granted(1000), 17, 'no more is made good');
});

t.test('stopped before, and refused', async (t) => {
  const turns = open();
  const log: string[] = [];
  const stopped = new Stop();
  stopped.stop();
  wait(turns, 'stopped', log, stopped);
  wait(turns, 'waiting', log);
  await null;
  turns.refuseAll(new ProbeError('TRACER_CLOSED'));
  await null;
  t.same(log, ['stopped', 'waiting TRACER_CLOSED']);
  t.equal(turns.size, 0);
});
