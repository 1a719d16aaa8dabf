import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import t from 'tap';
import { line } from './descriptions.js';
import { insideLab } from './inside.js';
import { openInternet } from './internet.js';

await insideLab(t, import.meta.url, 'code of this file, inside', async (t) => {
  t.notOk(networkInterfaces().internet0, 'an empty network before');
  const lab = await openInternet(line({ delaysMs: [0.1, 0.2] }));
  t.teardown(() => lab.close());
  t.match(
    networkInterfaces().internet0,
    [{ address: '10.0.0.2' }, {}],
    "the lab's device is this process's own",
  );

  await lab.run('ping', ['-n', '-c', '1', '198.18.2.1']);
  t.match(await lab.truth(), [{ outcome: 'answered', delayMs: 0.6, destination: '198.18.2.1' }]);
});

await insideLab(t, import.meta.url, 'a second one, in another namespace', async (t) => {
  t.notMatch(readFileSync('/proc/net/dev', 'utf8'), /internet0/);
});
