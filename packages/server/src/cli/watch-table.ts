import type { WatchHop, WatchRound } from '@locator/probe';
import type { Named } from '../address-book.js';
import { packetLoss } from '../wire/packet-loss.js';
import { fitted, printable } from './printable.js';
import { type Column, GAP, line, widthOf } from './table.js';

interface Figure extends Column {
  readonly cell: (hop: WatchHop) => string;
  /** Left out where the line is too short, the largest first. */
  readonly spare?: number;
}

const ms = (value: number | null | undefined) => (value == null ? '' : value.toFixed(value < 1000 ? 3 : 1));
const right = true;

const figures: readonly Figure[] = [
  { title: 'loss', width: 4, right, cell: (hop) => (hop.sent === 0 ? '' : packetLoss(hop)) },
  { title: 'sent', width: 6, right, cell: ({ sent }) => String(sent), spare: 1 },
  { title: 'last ms', width: 7, right, cell: ({ lastRttMs }) => ms(lastRttMs) },
  { title: 'min', width: 7, right, cell: ({ rtt }) => ms(rtt?.min), spare: 4 },
  { title: 'median', width: 7, right, cell: ({ rtt }) => ms(rtt?.median) },
  { title: 'p95', width: 7, right, cell: ({ rtt }) => ms(rtt?.p95), spare: 3 },
  { title: 'max', width: 7, right, cell: ({ rtt }) => ms(rtt?.max), spare: 5 },
  { title: 'jitter', width: 7, right, cell: ({ jitter }) => ms(jitter?.mean), spare: 2 },
];

/** The longest address, an IPv6 one, has 39 characters. */
const HOST = 40;
/** Figures are left out before the host's column gets narrower. */
const NARROW_HOST = 24;
const LEAST_HOST = 15;
const LEAST_NETWORK = 16;

/** A watched path after a round, in lines of at most `width` columns. Pure. */
export function watchTable(
  { hops }: WatchRound,
  width: number,
  about: (address: string) => Named,
): readonly string[] {
  const { columns, cells, isWide } = layout(width);
  const rows = hops.flatMap((hop) => {
    const known = hop.address === null ? null : about(hop.address);
    const name = known?.hostname ? ` ${printable(known.hostname)}` : '';
    const host = `${hop.address ?? '*'}${name}`;
    const row = [String(hop.ttl), host, ...cells(hop), ...(isWide ? [network(known)] : [])];
    return [line(columns, row), ...notes(hop, known).map((note) => fitted(`     ${note}`, width))];
  });
  const heading = line(
    columns,
    columns.map(({ title }) => title),
  );
  return [heading, ...rows];
}

function layout(width: number) {
  const ttl: Column = { title: 'hop', width: 3, right };
  const room = (shown: readonly Column[]) => width - widthOf([ttl, ...shown]) - GAP;
  let shown = figures;
  for (let spare = 5; spare > 0 && room(shown) < NARROW_HOST; spare--) {
    shown = shown.filter((figure) => figure.spare !== spare);
  }
  const free = room(shown);
  const isWide = free - HOST - GAP >= LEAST_NETWORK;
  const host: Column = { title: 'host', width: isWide ? HOST : Math.max(LEAST_HOST, free) };
  const rest: Column[] = isWide ? [{ title: 'network', width: free - HOST - GAP }] : [];
  return {
    columns: [ttl, host, ...shown, ...rest],
    cells: (hop: WatchHop) => shown.map(({ cell }) => cell(hop)),
    isWide,
  };
}

function network(about: Named | null): string {
  const { network = null, special = null } = about?.description ?? {};
  return network === null ? (special?.kind ?? '') : printable(`AS${network.asn} ${network.name}`);
}

function notes({ address, addresses, loss, unreachable, mtu }: WatchHop, about: Named | null): string[] {
  const others = addresses.filter((one) => one !== address);
  const { verdict, evidence } = loss;
  return [
    ...(others.length === 0 ? [] : [`also ${others.join(', ')}`]),
    ...(unreachable === null ? [] : [`says: ${unreachable}${mtu === null ? '' : `, at most ${mtu} bytes`}`]),
    ...(verdict === 'none' || verdict === 'silent' ? [] : [`${verdict}: ${evidence}`]),
    ...(about?.description.threats ?? []).map(({ list, prefix, reason }) =>
      printable(`! ${prefix} is listed on ${list}: ${reason}`),
    ),
  ];
}
