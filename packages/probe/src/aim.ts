import { ProbeError } from './errors.js';
import { Flow } from './match/flow.js';
import type { TraceSettings } from './options.js';
import { parseAddress } from './packet/address.js';
import type { FindSource } from './resolve/source.js';
import { type Destination, type ResolveOptions, resolveTarget } from './resolve/target.js';
import { chooseTransport } from './socket/choose-transport.js';
import type { PacketSocket, Transport } from './socket/packet-socket.js';

/** Where packets go, from where, and as what. */
export interface Aim {
  readonly destination: Destination;
  readonly source: string;
  /** The same, 4 or 16 bytes. */
  readonly sourceBytes: Uint8Array;
  readonly transport: Transport;
  readonly flow: Flow;
}

interface AimTools {
  readonly socket: PacketSocket;
  /** Uniform over 0 to 65535, not to be guessed. */
  readonly random: () => number;
  readonly findSource: FindSource;
}

/** From a target text to a flow of packets that gets there. Rejects with ProbeError. */
export async function takeAim(
  target: string | Destination,
  { socket, random, findSource }: AimTools,
  { protocol, port, size }: Pick<TraceSettings, 'protocol' | 'port' | 'size'>,
  options: ResolveOptions,
): Promise<Aim> {
  const destination = typeof target === 'string' ? await resolveTarget(target, options) : target;
  const { family } = destination;
  const source = await findSource(destination.address);
  const sourceBytes = bytesOf(source);
  const transport = chooseTransport(socket, family, protocol);
  const terms = socket.terms(family, transport)!;
  const ends = { source: sourceBytes, destination: bytesOf(destination.address) };
  const flow = new Flow({ family, transport, ...ends, port, size, terms, random });
  return { destination, source, sourceBytes, transport, flow };
}

function bytesOf(address: string): Uint8Array {
  const bytes = parseAddress(address);
  if (bytes === null) throw new ProbeError('TARGET_MALFORMED', JSON.stringify(address));
  return bytes;
}
