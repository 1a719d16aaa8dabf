import type { SocketName } from '../../src/socket/packet-socket.js';
import { openNamed } from './open-named.js';
import { probeChain } from './probe-chain.js';

/* `chain.child.ts NAME`, run as the chain's host: prints what the probes found. */
const socket = await openNamed(process.argv[2] as SocketName, { openPort: 9 });
console.log(JSON.stringify(await probeChain(socket)));
