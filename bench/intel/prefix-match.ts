import { BlockList } from 'node:net';
import type { Prefix } from '../../packages/intel/src/address/prefix.js';
import { parseDropJson } from '../../packages/intel/src/threats/parse-drop-json.js';
import { ThreatTable } from '../../packages/intel/src/threats/threat-table.js';
import { randomAddress, randomPrefixes, within } from '../../packages/intel/test/random-prefixes.js';
import { randomFrom } from '../../packages/intel/test/seed.js';
import { table } from '../shared/table.js';
import { type Claim, rate } from './claim.js';
import { Netmask } from './peers.js';

/** Spamhaus' lists have about 1,700 IPv4 and 90 IPv6 blocks. */
const SIZES = { 4: 1700, 6: 90 } as const;
const ADDRESSES = 1_000_000;
const SCANNED = 2_000;

const listOf = (prefixes: readonly Prefix[]) =>
  [
    ...prefixes.map(({ text }, index) =>
      JSON.stringify({ cidr: text, sblid: `SBL${index}`, rir: 'ripencc' }),
    ),
    JSON.stringify({ type: 'metadata', timestamp: 1_767_225_600, records: prefixes.length }),
  ].join('\n');

/** Look-ups of random addresses of both families in lists of real size, beside what others do. */
export function prefixMatch(seed: number): { readonly text: string; readonly claims: readonly Claim[] } {
  const random = randomFrom(seed);
  const prefixes = { 4: distinct(random, 4), 6: distinct(random, 6) };
  const all = [...prefixes[4], ...prefixes[6]];
  // Random addresses as asked, every fourth of them in or next to a listed block so that both answers occur.
  const addresses = Array.from({ length: ADDRESSES }, (_, index) => {
    const family = index % 2 === 0 ? 4 : 6;
    const near = prefixes[family][Math.floor(random() * SIZES[family])]!;
    return index % 8 < 2 ? within(random, near) : randomAddress(random, family);
  });

  const lists = [listOf(prefixes[4]), listOf(prefixes[6])];
  const loads: number[] = [];
  let ours = new ThreatTable([]);
  for (let round = 0; round < 5; round++) {
    const started = performance.now();
    ours = new ThreatTable(lists.map((text) => parseDropJson(text, 'Spamhaus DROP', null)));
    loads.push(performance.now() - started);
  }

  const blockList = new BlockList();
  for (const { text, length, family } of all) {
    blockList.addSubnet(text.slice(0, text.indexOf('/')), length, `ipv${family}`);
  }
  const families = addresses.map((address) => (address.includes(':') ? 'ipv6' : 'ipv4'));
  const masks = { 4: netmasks(prefixes[4]), 6: netmasks(prefixes[6]) };

  const differs = addresses.filter(
    (address, index) => ours.match(address).length > 0 !== blockList.check(address, families[index]),
  ).length;
  const sample = addresses.slice(0, SCANNED);
  const scan = (address: string) =>
    masks[address.includes(':') ? 6 : 4].filter(({ mask }) => mask.contains(address));
  const scanDiffers = sample.filter((address) => {
    const expected = scan(address)
      .sort((a, b) => b.mask.bitmask - a.mask.bitmask)
      .map(({ text }) => text);
    return String(ours.match(address).map(({ prefix }) => prefix)) !== String(expected);
  }).length;

  const perSecond = rate(addresses, (address) => ours.match(address));
  const theirs = rate(
    addresses.slice(0, ADDRESSES / 10),
    (address, index) => blockList.check(address, families[index]),
    1,
  );
  const linear = rate(sample, scan, 1);
  const of = (family: string) => addresses.filter((_, index) => families[index] === family);
  const v4 = rate(of('ipv4'), (address) => ours.match(address));
  const v6 = rate(of('ipv6'), (address) => ours.match(address));
  const load = loads.at(-1)!;
  const text = table(
    ['look-ups of random addresses, as text', 'per second', 'µs each'],
    [
      ['Locator, both families', ...figures(perSecond)],
      ['Locator, IPv4', ...figures(v4)],
      ['Locator, IPv6', ...figures(v6)],
      ['net.BlockList', ...figures(theirs)],
      ['linear scan with netmask', ...figures(linear)],
    ],
  );
  return {
    text: `${ADDRESSES.toLocaleString('en')} addresses, ${SIZES[4]} IPv4 and ${SIZES[6]} IPv6 blocks (SEED=${seed}):\n\n${text}`,
    claims: [
      {
        what: `${ADDRESSES} addresses agree with net.BlockList`,
        figure: `${differs} differ`,
        holds: differs === 0,
      },
      {
        what: `${SCANNED} agree with a scan of netmasks`,
        figure: `${scanDiffers} differ`,
        holds: scanDiffers === 0,
      },
      {
        what: 'at least 5 million look-ups/s',
        figure: `${(perSecond / 1e6).toFixed(2)} M/s`,
        holds: perSecond >= 5e6,
      },
      {
        what: 'lists load in at most 50 ms',
        figure: `${loads[0]!.toFixed(1)} ms the first time, ${load.toFixed(1)} ms later`,
        holds: loads[0]! <= 50,
      },
    ],
  };
}

/** A list names each block once. */
function distinct(random: () => number, family: 4 | 6): Prefix[] {
  const found = new Map<string, Prefix>();
  while (found.size < SIZES[family]) {
    for (const prefix of randomPrefixes(random, family, SIZES[family] - found.size))
      found.set(prefix.text, prefix);
  }
  return [...found.values()];
}

function netmasks(prefixes: readonly Prefix[]) {
  return prefixes.map(({ text }) => ({ text, mask: new Netmask(text) }));
}

function figures(perSecond: number): [string, string] {
  return [Math.round(perSecond).toLocaleString('en'), (1e6 / perSecond).toFixed(3)];
}
