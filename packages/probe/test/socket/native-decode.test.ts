import t from 'tap';
import { proofIn } from '../../src/socket/native-decode.js';
import type { Family, Received, Transport } from '../../src/socket/packet-socket.js';
import { rebuildError } from '../../src/socket/unprivileged-quote.js';
import { hex } from '../packet/hex.js';

const addresses = {
  4: { from: hex`c0000209`, source: hex`0a000001`, destination: hex`c0000201` },
  6: {
    from: hex`20010db8000000000000000000000009`,
    source: hex`20010db8000000000000000000000001`,
    destination: hex`20010db8000000000000000000000002`,
  },
} as const;

function received(family: Family, transport: Transport, bytes: Uint8Array): Received {
  return { family, transport, bytes, from: addresses[family].from, hopLimit: 64, at: 1n, stamp: 'kernel' };
}

t.test('what a reply proves to have left', (t) => {
  for (const family of [4, 6] as const) {
    const { from, source, destination } = addresses[family];
    const reply = family === 4 ? hex`0000 ffff 1234 0007` : hex`8100 ffff 1234 0007`;
    t.same(
      proofIn(received(family, 'icmp', reply)),
      { transport: 'icmp', destination: from, word: 1, value: 0x12340007 },
      `IPv${family}, echo reply: its sender, identifier and sequence number`,
    );
    t.same(
      proofIn(received(family, 'udp', hex`829a 9c40 0008 0000`)),
      { transport: 'udp', destination: from, word: 0, value: 0x9c40829a },
      `IPv${family}, datagram: its sender and the ports the other way round`,
    );
    const error = {
      family,
      type: family === 4 ? 11 : 3,
      code: 0,
      info: 0,
      source,
      destination,
      extension: null,
    };
    const ports = { sourcePort: 40_000, destinationPort: 33_434 };
    const echo = family === 4 ? hex`0800 1111 1234 0007` : hex`8000 1111 1234 0007`;
    t.same(
      proofIn(
        received(family, 'icmp', rebuildError({ ...error, ...ports, transport: 'icmp', quoted: echo })),
      ),
      { transport: 'icmp', destination, word: 1, value: 0x12340007 },
      `IPv${family}, error about an echo`,
    );
    t.same(
      proofIn(
        received(family, 'icmp', rebuildError({ ...error, ...ports, transport: 'udp', quoted: hex`` })),
      ),
      { transport: 'udp', destination, word: 0, value: 0x9c40829a },
      `IPv${family}, error about a datagram`,
    );
  }
  t.end();
});

t.test('short messages prove nothing', (t) => {
  const whole = rebuildError({
    ...addresses[4],
    family: 4,
    transport: 'udp',
    type: 3,
    code: 3,
    info: 0,
    sourcePort: 1,
    destinationPort: 2,
    quoted: new Uint8Array(0),
    extension: null,
  });
  for (let length = 0; length < whole.length; length += 1) {
    t.equal(proofIn(received(4, 'icmp', whole.slice(0, length))), null, `${length} bytes`);
  }
  t.not(proofIn(received(4, 'icmp', whole)), null);
  t.end();
});
