import { execFileSync } from 'node:child_process';

/** Addresses along a path of one router: host, the router's near side, the destination. */
export const chainAddresses = {
  4: { source: '10.77.1.1', router: '10.77.1.2', destination: '10.77.2.1', unroutable: '203.0.113.9' },
  6: { source: 'fd77:1::1', router: 'fd77:1::2', destination: 'fd77:2::1', unroutable: '2001:db8:9::9' },
} as const;

export interface Chain {
  /** What runs a command as the host. */
  readonly prefix: readonly string[];
  remove(): void;
}

/** Why no chain can be made here, or null. */
export function whyNoChain(): string | null {
  if (process.platform !== 'linux') return 'network namespaces are Linux only';
  if (process.getuid?.() !== 0) return 'network namespaces of its own need root';
  try {
    execFileSync('ip', ['-V'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'the command ip (iproute2) is not installed';
  }
}

/** Host, router and destination as network namespaces with nothing else in them. */
export function makeChain(): Chain {
  const [host, router, far] = ['h', 'r', 'd'].map((part) => `lct${process.pid}${part}`) as [
    string,
    string,
    string,
  ];
  const run = (line: string) => execFileSync('ip', line.split(' '), { stdio: ['ignore', 'pipe', 'pipe'] });
  const remove = () => {
    process.off('exit', remove);
    for (const name of [host, router, far]) {
      try {
        run(`netns del ${name}`);
      } catch {
        // It was never made.
      }
    }
  };
  process.on('exit', remove);
  try {
    for (const name of [host, router, far]) {
      run(`netns add ${name}`);
      run(`-n ${name} link set lo up`);
    }
    run(`-n ${host} link add near type veth peer name near netns ${router}`);
    run(`-n ${far} link add far type veth peer name far netns ${router}`);
    const interfaces = [
      [host, 'near', '10.77.1.1/24', 'fd77:1::1/64'],
      [router, 'near', '10.77.1.2/24', 'fd77:1::2/64'],
      [router, 'far', '10.77.2.2/24', 'fd77:2::2/64'],
      [far, 'far', '10.77.2.1/24', 'fd77:2::1/64'],
    ] as const;
    for (const [name, device, four, six] of interfaces) {
      run(`-n ${name} addr add ${four} dev ${device}`);
      run(`-n ${name} addr add ${six} dev ${device} nodad`);
      run(`-n ${name} link set ${device} up`);
    }
    for (const key of ['net.ipv4.ip_forward', 'net.ipv6.conf.all.forwarding']) {
      run(`netns exec ${router} sysctl -qw ${key}=1`);
    }
    // No default route: everything but the chain is unroutable.
    run(`-n ${host} route add 10.77.2.0/24 via 10.77.1.2`);
    run(`-n ${host} route add fd77:2::/64 via fd77:1::2`);
    run(`-n ${far} route add 10.77.1.0/24 via 10.77.2.2`);
    run(`-n ${far} route add fd77:1::/64 via fd77:2::2`);
  } catch (error) {
    remove();
    throw error;
  }
  return { prefix: ['ip', 'netns', 'exec', host], remove };
}
