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

t.test('first come, first served, and whoever is stopped waits no more', async (t) => {
  const turns = new Turns();
  const log: string[] = [];
  const [, second] = ['1', '2', '3', '4'].map((name) => wait(turns, name, log));
  t.equal(turns.size, 4);
  turns.grant(1);
  await null;
  t.same(log, ['1']);
  second!.stop();
  await null;
  t.same(log, ['1', '2'], 'a stopped wait is over');
  turns.grant(5);
  await null;
  t.same(log, ['1', '2', '3', '4']);
  t.equal(turns.size, 0);
});

t.test('stopped before, and refused', async (t) => {
  const turns = new Turns();
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
