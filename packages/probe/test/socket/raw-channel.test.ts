import type { RawSocket } from 'raw-socket';
import t from 'tap';
import { parseAddress } from '../../src/packet/address.js';
import { buildEcho } from '../../src/packet/build-probe.js';
import type { RawSocketModule } from '../../src/socket/load-raw-socket.js';
import { type Incoming, RawChannel, type RawSystem } from '../../src/socket/raw-channel.js';
import { hex } from '../packet/hex.js';

/** What the package was asked for, on systems that this is not. */
class FakePackage {
  readonly log: string[] = [];
  readonly listeners = new Map<string, (...args: never[]) => void>();
  readonly sent: Buffer[] = [];
  /** What the next sends end with. */
  readonly errors: (string | null)[] = [];
  readonly module: RawSocketModule = {
    AddressFamily: { IPv4: 1, IPv6: 2 },
    SocketLevel: { SOL_SOCKET: 100, IPPROTO_IP: 0, IPPROTO_IPV6: 41 },
    SocketOption: { SO_RCVBUF: 1, SO_SNDBUF: 2, IP_HDRINCL: 3, IPV6_UNICAST_HOPS: 4 },
    createSocket: ({ protocol, addressFamily }) => this.#socket(`${addressFamily}/${protocol}`),
  };

  #socket(name: string): RawSocket {
    this.log.push(`open ${name}`);
    return {
      on: (event, listener) => this.listeners.set(`${name} ${event}`, listener),
      send: (buffer, _offset, _length, address, before, after) => {
        const error = this.errors.shift() ?? null;
        try {
          before();
        } catch (thrown) {
          after(thrown as Error);
          return;
        }
        this.log.push(`send ${name} to ${address}`);
        this.sent.push(buffer);
        after(error === null ? null : new Error(error));
      },
      setOption: (level: number, option: number, value: number | Buffer) => {
        this.log.push(
          `${name} ${level}/${option} = ${typeof value === 'number' ? value : value.toString('hex')}`,
        );
      },
      pauseRecv: () => this.log.push(`pause ${name}`),
      resumeRecv: () => this.log.push(`resume ${name}`),
      close: () => this.log.push(`close ${name}`),
    };
  }
}

const bsd: RawSystem = { header6: null, packetInfo6: 46, mayWantHostOrder: true };
const linux: RawSystem = { header6: 36, packetInfo6: 50, mayWantHostOrder: false };

const v4 = {
  tag: 1,
  family: 4,
  transport: 'icmp',
  source: Uint8Array.of(192, 0, 2, 1),
  destination: Uint8Array.of(203, 0, 113, 9),
  hopLimit: 5,
  bytes: hex`0800 1234 0001 0002 aabb`,
} as const;
const v6 = {
  ...v4,
  family: 6,
  source: parseAddress('2001:db8::1')!,
  destination: parseAddress('2001:db8:9::9')!,
} as const;

t.test('IPv4 packets carry their own header', (t) => {
  const fake = new FakePackage();
  const channel = new RawChannel(fake.module, 4, () => {}, linux);
  const codes: (string | null)[] = [];
  channel.send(v4, (_, code) => codes.push(code));
  t.same(codes, [null]);
  t.match(fake.log, ['open 1/1', 'pause 1/1', '1/1 100/1 = 1048576', '1/1 0/3 = 1']);
  t.equal(fake.log.at(-1), 'send 1/1 to 203.0.113.9');
  t.same(
    fake.sent[0],
    Buffer.from(hex`
      45 00 001e 0000 4000 05 01   // 30 bytes, id by the system, don't fragment, TTL 5, ICMP
      77d4 c0000201 cb007109       // checksum, source, destination
      0800 1234 0001 0002 aabb
    `),
  );
  t.end();
});

t.test('a system that wants the length in its own byte order gets it from then on', (t) => {
  const fake = new FakePackage();
  const channel = new RawChannel(fake.module, 4, () => {}, bsd);
  fake.errors.push('Invalid argument');
  const codes: (string | null)[] = [];
  const done = (_: bigint, code: string | null) => codes.push(code);
  channel.send(v4, done);
  channel.send(v4, done);
  t.same(codes, [null, null], 'nothing is lost by finding out');
  t.same(
    fake.sent.map((bytes) => bytes.subarray(0, 8).toString('hex')),
    ['4500001e00004000', '45001e0000000040', '45001e0000000040'],
  );
  fake.errors.push('Invalid argument');
  channel.send(v4, done);
  t.same(codes, [null, null, 'EINVAL'], 'only once');
  t.end();
});

t.test('one that has taken a packet does not', (t) => {
  const fake = new FakePackage();
  const channel = new RawChannel(fake.module, 4, () => {}, bsd);
  const codes: (string | null)[] = [];
  const done = (_: bigint, code: string | null) => codes.push(code);
  channel.send(v4, done);
  fake.errors.push('Invalid argument');
  channel.send(v4, done);
  t.same(codes, [null, 'EINVAL']);
  t.equal(fake.sent.length, 2);
  t.end();
});

t.test('IPv6 where nobody may write the header: source and hop limit as options of the socket', (t) => {
  const fake = new FakePackage();
  const channel = new RawChannel(fake.module, 6, () => {}, bsd);
  channel.send({ ...v6, transport: 'udp' }, () => {});
  t.same(fake.log.slice(-3), [
    '2/17 41/46 = 20010db800000000000000000000000100000000',
    '2/17 41/4 = 5',
    'send 2/17 to 2001:db8:9::9',
  ]);
  t.same(fake.sent[0], Buffer.from(v6.bytes), 'no header of ours');
  channel.send(v6, () => {});
  t.equal(fake.log.at(-1), 'send 2/58 to 2001:db8:9::9');
  t.end();
});

t.test('messages are copied, stripped, and only those that can be answers', (t) => {
  const fake = new FakePackage();
  const received: Incoming[] = [];
  new RawChannel(fake.module, 4, (message) => received.push(message), linux);
  const message = fake.listeners.get('1/1 message') as unknown as (packet: Buffer, source: string) => void;
  // With one word of options; the length in some processor's own byte order.
  const header = hex`46 00 2000 0000 0000 3a 01 0000 cb007109 c0000201 01010101`;
  const packet = (icmp: Uint8Array) => Buffer.concat([header, icmp]);
  const shared = packet(hex`0000 1111 0001 0002`);
  message(shared, '203.0.113.9');
  shared.fill(0xff);
  message(packet(hex`0800 1111 0001 0002`), '203.0.113.9');
  message(packet(hex`0900 1111 0001 0002`), '203.0.113.9');
  message(Buffer.from(header.subarray(0, 19)), '203.0.113.9');
  message(packet(hex``), '203.0.113.9');
  t.same(received, [{ from: hex`cb007109`, hopLimit: 0x3a, bytes: hex`0000 1111 0001 0002` }]);
  const received6: Incoming[] = [];
  new RawChannel(fake.module, 6, (incoming) => received6.push(incoming), linux);
  const message6 = fake.listeners.get('2/58 message') as unknown as typeof message;
  message6(Buffer.from(hex`8100 1111 0001 0002`), '2001:db8:9::9');
  message6(Buffer.from(hex`8700 1111 0001 0002`), '2001:db8:9::9');
  t.same(received6, [{ from: v6.destination, hopLimit: null, bytes: hex`8100 1111 0001 0002` }]);
  t.end();
});

t.test('a closed channel sends nothing, which would open it again', (t) => {
  const fake = new FakePackage();
  const channel = new RawChannel(fake.module, 4, () => {}, linux);
  channel.close();
  channel.close();
  channel.resume();
  const codes: (string | null)[] = [];
  channel.send(v4, (_, code) => codes.push(code));
  t.same(codes, ['EBADF']);
  t.same(fake.sent, []);
  t.equal(fake.log.filter((line) => line.startsWith('close')).length, 1);
  t.notOk(fake.log.some((line) => line.startsWith('resume')));
  t.end();
});

t.test('a socket that breaks is closed, too', (t) => {
  const fake = new FakePackage();
  const channel = new RawChannel(fake.module, 4, () => {}, linux);
  fake.listeners.get('1/1 close')!();
  const codes: (string | null)[] = [];
  channel.send(v4, (_, code) => codes.push(code));
  t.same(codes, ['EBADF']);
  t.end();
});

t.test('the options of RFC 3542 work on this system, where that can be tried', async (t) => {
  const { default: module } = await import('raw-socket');
  const answers: Incoming[] = [];
  let channel: RawChannel;
  try {
    channel = new RawChannel(module, 6, (message) => answers.push(message), { ...linux, header6: null });
  } catch (error) {
    t.pass('raw IPv6 sockets', { skip: (error as Error).message });
    return;
  }
  channel.resume();
  // From Node 22 on the package's poll handle alone does not keep a process alive; the tracer's timers do.
  const alive = setInterval(() => {}, 1000);
  t.teardown(() => clearInterval(alive));
  const loopback = parseAddress('::1')!;
  const ends = { family: 6, source: loopback, destination: loopback } as const;
  const bytes = buildEcho({ ...ends, id: 0x7a11, sequence: 1, checksum: 0x1234, size: 20 });
  const code = await new Promise((resolve) => {
    channel.send({ tag: 1, transport: 'icmp', hopLimit: 3, ...ends, bytes }, (_, code) => resolve(code));
  });
  t.equal(code, null);
  const isOurs = ({ bytes }: Incoming) => bytes[4] === 0x7a && bytes[5] === 0x11;
  for (let turn = 0; turn < 500 && !answers.some(isOurs); turn++) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  t.match(answers.find(isOurs), { from: loopback }, 'answered');
  channel.close();
});
