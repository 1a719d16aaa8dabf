/** The peers see exactly what is described, and what they get is well formed. */
import { once } from 'node:events';
import t from 'tap';
import { labOptions } from './available.js';
import type { Internet } from './description.js';
import { fifteenHops, line, mplsTunnel, shortQuotes, unreachable } from './descriptions.js';
import { expectedHops } from './expected.js';
import { openInternet } from './internet.js';

const target = { 4: '198.18.15.1', 6: '2001:db8:f::1' } as const;

const peers: readonly (readonly [string, readonly string[]])[] = [
  ['traceroute', ['-n', '-q', '1']],
  ['traceroute', ['-n', '-q', '1', '-I']],
  ['traceroute', ['-n', '-q', '1', '-U']],
  ['traceroute', ['-n', '-q', '1', '-T']],
  ['mtr', ['-n', '-r', '-c', '1', '-i', '0.2', '-G', '0.5']],
  ['scamper', ['-I', 'trace -P udp-paris']],
  ['scamper', ['-I', 'trace -P icmp-paris']],
];

for (const [program, args] of peers) {
  t.test([program, ...args].join(' '), await labOptions([program, 'cc']), async (t) => {
    const internet = fifteenHops();
    const lab = await openInternet(internet);
    t.teardown(() => lab.close());
    for (const family of [4, 6] as const) {
      const whole =
        program === 'scamper'
          ? [args[0]!, `${args[1]} ${target[family]}`]
          : [...args, `-${family}`, target[family]];
      const { stdout, stderr } = await lab.run(program, whole);
      const wanted = expectedHops(internet, 'target', family).map((hop) => `${hop.ttl} ${hop.addresses[0]}`);
      t.strictSame(hopsIn(stdout), wanted, `IPv${family} ${stderr.trim()}`);
    }
    const fates = await lab.truth();
    t.ok(fates.length >= 30, `${fates.length} probes`);
    t.ok(
      fates.every((fate) => fate.rttMs >= fate.dueMs && fate.dueMs === fate.delayMs),
      'no answer is early, and nothing but the delays counts here',
    );
    t.match(lab.health(), { inFlight: 0, unread: 0, adrift: 0 }, `with ${lab.scheduled}`);
  });
}

t.test('ping', await labOptions(['ping', 'cc']), async (t) => {
  const lab = await openInternet(fifteenHops());
  t.teardown(() => lab.close());
  for (const family of [4, 6] as const) {
    const { stdout } = await lab.run('ping', ['-n', '-c', '5', '-i', '0.01', target[family]]);
    const least = Number(/= ([\d.]+)\//.exec(stdout)?.[1]);
    t.ok(least >= 80 && least < 85, `reads at least ${least} ms of 80`);
    t.match(stdout, 'ttl=50', 'answers have crossed 14 routers');
  }
});

const asked: readonly (readonly [string, Internet, readonly string[]])[] = [
  ['whole quotes and label stacks', mplsTunnel(), ['-q', '1']],
  ['short quotes', shortQuotes(), ['-q', '1']],
  ['long probes', mplsTunnel(), ['-q', '1', '-I']],
  ['unreachable', unreachable(), ['-q', '1']],
  ['TCP', line(), ['-q', '1', '-T']],
  ['an answering UDP port', line({ nodes: { 15: { udp: 'reply', tcp: 'accept' } } }), ['-q', '1', '-U']],
];
const tcpdump = await labOptions(['tcpdump', 'traceroute', 'cc']);

for (const [name, internet, args] of asked) {
  t.test(`every packet is well formed: ${name}`, tcpdump, async (t) => {
    const lab = await openInternet(internet);
    t.teardown(() => lab.close());
    const capture = lab.spawn('tcpdump', [
      '-i',
      'internet0',
      '-nn',
      '-vv',
      '-s',
      '0',
      '--immediate-mode',
      '-l',
    ]);
    let seen = '';
    let complaint = '';
    capture.stdout!.on('data', (text) => {
      seen += text;
    });
    while (!complaint.includes('listening')) complaint += (await once(capture.stderr!, 'data'))[0];
    const size = name === 'long probes' ? ['1400'] : [];
    await lab.run('traceroute', ['-n', ...args, target[4], ...size]);
    await lab.run('traceroute', ['-n', '-6', ...args, target[6], ...size]);
    capture.kill('SIGINT');
    await once(capture, 'close');

    const packets = seen.match(/^\d\d:\d\d:\d\d/gm)?.length ?? 0;
    t.ok(packets >= 2 * 2 * 9, `${packets} packets were looked at`);
    // Behind a short quote there is nothing a checksum could be right for.
    const bad = seen.split('\n').filter((text) => /\bbad |incorrect|wrong/.test(text));
    t.strictSame(bad, [], 'every checksum and length is right');
  });
}

/** `ttl address` of every line that starts with a number. */
function hopsIn(text: string): readonly string[] {
  return [...text.matchAll(/^\s*(\d+)[.|\s-]+([\da-f.:]*[.:][\da-f]+)/gm)].map(
    ([, ttl, address]) => `${ttl} ${address}`,
  );
}
