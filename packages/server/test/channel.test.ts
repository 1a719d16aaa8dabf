import t from 'tap';
import { Channel } from '../src/channel.js';

t.test('gives everything in order, whether pushed before or while it is read', async (t) => {
  const channel = new Channel<number>();
  channel.push(1);
  const read: number[] = [];
  const reading = (async () => {
    for await (const item of channel) {
      read.push(item);
      if (item === 1) setImmediate(() => channel.push(2));
      if (item === 2) {
        channel.push(3);
        channel.end();
        channel.push(4);
      }
    }
  })();
  await reading;
  t.strictSame(read, [1, 2, 3], 'nothing comes after the end');
});

t.test('fails after the last item', async (t) => {
  const channel = new Channel<number>();
  channel.push(1);
  channel.fail(new Error('broken'));
  const read: number[] = [];
  await t.rejects(
    (async () => {
      for await (const item of channel) read.push(item);
    })(),
    { message: 'broken' },
  );
  t.strictSame(read, [1]);
});
