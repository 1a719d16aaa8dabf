import { createSocket, type Socket } from 'node:dgram';

/** `in-addr.arpa` name → what to answer: names, NXDOMAIN for an empty list, nothing at all for null. */
export type Zone = Readonly<Record<string, readonly string[] | null>>;

export interface NameServer {
  readonly address: string;
  /** Names asked for, in order. */
  readonly questions: string[];
  close(): void;
}

/** A name server on the loopback that answers PTR questions (RFC 1035 section 4). */
export async function nameServer(zone: Zone): Promise<NameServer> {
  const socket: Socket = createSocket('udp4');
  const questions: string[] = [];
  socket.on('message', (query, from) => {
    const { name, end } = readName(query, 12);
    questions.push(name);
    const names = zone[name];
    if (names === null) return;
    socket.send(answer(query, end + 4, names ?? []), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return { address: `127.0.0.1:${socket.address().port}`, questions, close: () => socket.close() };
}

function answer(query: Buffer, questionEnd: number, names: readonly string[]): Buffer {
  const head = Buffer.from(query.subarray(0, 12));
  head.writeUInt16BE(names.length > 0 ? 0x8180 : 0x8183, 2); // a response; NXDOMAIN
  head.writeUInt16BE(names.length, 6);
  head.writeUInt32BE(0, 8);
  const records = names.map((name) => {
    const labels = name
      .split('.')
      .map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'latin1')]));
    const data = Buffer.concat([...labels, Buffer.from([0])]);
    const fixed = Buffer.from([0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 60, data.length >> 8, data.length & 255]);
    return Buffer.concat([fixed, data]);
  });
  return Buffer.concat([head, query.subarray(12, questionEnd), ...records]);
}

function readName(message: Buffer, at: number): { name: string; end: number } {
  const labels: string[] = [];
  let next = at;
  for (let length = message[next]!; length > 0; length = message[next]!) {
    labels.push(message.toString('latin1', next + 1, next + 1 + length));
    next += 1 + length;
  }
  return { name: labels.join('.'), end: next + 1 };
}
