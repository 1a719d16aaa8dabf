import { readFile } from 'node:fs/promises';

/** Numbers of capabilities in the kernel's bit sets, linux/capability.h. */
const capabilities = { NET_ADMIN: 12, NET_RAW: 13 } as const;

/** What this process may do on the network, as lines for people; only Linux says it in files. */
export async function privileges(): Promise<string[]> {
  if (process.platform !== 'linux')
    return [`${process.platform}: this system does not say what a process may do`];
  const user = process.getuid?.() === 0 ? 'root' : `user ${process.getuid?.()}`;
  const held = heldCapabilities(await readFile('/proc/self/status', 'utf8'));
  const range = await readFile('/proc/sys/net/ipv4/ping_group_range', 'utf8').catch(() => null);
  return [
    `running as ${user}, capabilities for the network: ${held.length === 0 ? 'none' : held.join(', ')}`,
    ...(range === null ? [] : [pingGroups(range, [process.getgid!(), ...process.getgroups!()])]),
  ];
}

/** Effective capabilities, from the line `CapEff:\t000001ffffffffff` of proc(5) status. */
export function heldCapabilities(status: string): string[] {
  const [, hex] = /^CapEff:\s*([0-9a-f]+)$/m.exec(status) ?? [];
  if (hex === undefined) return [];
  const set = BigInt(`0x${hex}`);
  return Object.entries(capabilities)
    .filter(([, bit]) => (set >> BigInt(bit)) & 1n)
    .map(([name]) => `CAP_${name}`);
}

/** icmp(7): groups from the first to the last number may open ICMP datagram sockets; `1 0` is nobody. */
export function pingGroups(range: string, groups: readonly number[]): string {
  const [low = 1, high = 0] = range.trim().split(/\s+/).map(Number);
  const allowed = groups.some((group) => group >= low && group <= high);
  return `ICMP datagram sockets: ${allowed ? 'allowed' : 'not allowed'} (net.ipv4.ping_group_range is ${low} ${high})`;
}
