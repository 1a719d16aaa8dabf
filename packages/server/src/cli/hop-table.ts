import type { Capacity } from '@locator/probe';
import type { DescribedHop } from '../path-record.js';
import { encodeHop } from '../wire/hop.js';
import { fitted, printable } from './printable.js';
import { type Column, GAP, line, widthOf } from './table.js';

/** Lines of a table that is printed row by row, so its columns are set by the terminal's width alone. */
export interface HopTable {
  readonly heading: string;
  /** The row of a hop, and under it what else is worth knowing. */
  rows(hop: DescribedHop): string[];
}

/** The longest address, an IPv6 one, has 39 characters. */
const HOST = 40;
const NARROWEST_HOST = 15;
/** Network and place together; with less they say nothing. */
const NARROWEST_REST = 30;

/** A table for a terminal of `width` columns. On a narrow one place and network are left out. */
export function hopTable(width: number): HopTable {
  const columns = layout(width);
  return {
    heading: line(
      columns,
      columns.map(({ title }) => title),
    ),
    rows: (hop) => [line(columns, cells(hop)), ...notes(hop).map((note) => fitted(`     ${note}`, width))],
  };
}

function layout(width: number): Column[] {
  const fixed: Column[] = [
    { title: 'hop', width: 3, right: true },
    { title: 'host', width: 0 },
    { title: 'loss', width: 4, right: true },
    { title: 'rtt ms', width: 8, right: true },
    { title: 'jitter', width: 7, right: true },
    { title: 'Mbit/s', width: 9, right: true },
  ];
  const free = width - widthOf(fixed);
  const rest = free - HOST - 2 * GAP;
  if (rest < NARROWEST_REST) {
    fixed[1] = { title: 'host', width: Math.max(NARROWEST_HOST, free) };
    return fixed;
  }
  fixed[1] = { title: 'host', width: HOST };
  const network = Math.ceil(rest / 2);
  return [...fixed, { title: 'network', width: network }, { title: 'place', width: rest - network }];
}

function cells(described: DescribedHop): string[] {
  const json = encodeHop(described);
  const unknown = (text: string) => (text === 'Unknown' || text === 'None' ? '' : text);
  const { network } = json;
  return [
    String(json.hop),
    json.hostname === null ? json.ip : `${json.ip} ${printable(json.hostname)}`,
    json.packet_loss,
    json.latency === null ? '' : json.latency.toFixed(3),
    typeof json.jitter === 'number' ? json.jitter.toFixed(3) : '',
    capacity(described.hop.capacity),
    network === null ? (json.special ?? '') : printable(`AS${network.asn} ${network.name}`),
    printable(unknown(json.location)),
  ];
}

/** `94.9 ±2%`: the interval's farther end, as a share. `≥480`: at least so much. */
function capacity(capacity: Capacity): string {
  if (capacity.kind === 'unmeasured') return '';
  const mbps = String(Number(capacity.mbps.toPrecision(3)));
  if (capacity.kind === 'at-least') return `≥${mbps}`;
  const off = Math.max(capacity.high - capacity.mbps, capacity.mbps - capacity.low) / capacity.mbps;
  return `${mbps} ±${Math.ceil(100 * off)}%`;
}

function notes({ hop, about }: DescribedHop): string[] {
  const others = hop.addresses.filter((address) => address !== hop.address);
  const { verdict, evidence } = hop.loss;
  return [
    ...(others.length === 0 ? [] : [`also ${others.join(', ')}`]),
    ...(hop.unreachable === null ? [] : [`says: ${hop.unreachable}`]),
    ...(verdict === 'none' || verdict === 'silent' ? [] : [printable(`${verdict}: ${evidence}`)]),
    ...(about?.threats ?? []).map(({ list, prefix, reason }) =>
      printable(`! ${prefix} is listed on ${list}: ${reason}`),
    ),
  ];
}
