import fc from 'fast-check';
import t from 'tap';
import { TimeQueue } from '../../src/scripted/time-queue.js';
import { holds, seedOf } from '../seed.js';

t.test('gives what was added, by time, then by when it was added', (t) => {
  const seed = seedOf(t);
  // A number is a time to add at; null takes one out.
  const steps = fc.array(fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant(null)), { maxLength: 200 });
  holds(t, 'like a sorted list', seed, 500, steps, (list) => {
    const queue = new TimeQueue<number>();
    const model: { time: number; item: number }[] = [];
    for (const [item, time] of list.entries()) {
      if (time === null) {
        const expected = model.shift();
        if (queue.next !== (expected?.time ?? Number.POSITIVE_INFINITY)) throw new Error('next');
        if (queue.first !== expected?.item) throw new Error('first');
        if (queue.take() !== expected?.item) throw new Error('take');
      } else {
        queue.add(time, item);
        model.push({ time, item });
        model.sort((a, b) => a.time - b.time || a.item - b.item);
      }
      if (queue.size !== model.length) throw new Error('size');
    }
  });
  t.end();
});
