import type { TraceSettings } from './options.js';
import type { CapacityLimits } from './plan/capacity-plan.js';
import type { Family, PacketSocket, Transport } from './socket/packet-socket.js';
import { IP_HEADER } from './socket/write-ip-header.js';

/** What capacities may cost with these settings and how this socket can measure them; null where they are not to be. */
export function capacityLimits(
  { bandwidth, bandwidthBytes, bandwidthMbps }: TraceSettings,
  socket: PacketSocket,
  family: Family,
  transport: Transport,
): CapacityLimits | null {
  if (bandwidth === 'off') return null;
  return {
    level: bandwidth,
    maxBytes: bandwidthBytes,
    maxMbps: bandwidthMbps,
    header: IP_HEADER[family],
    canMute: socket.terms(family, transport)?.keepsChecksum ?? false,
    stamps: socket.stamps,
  };
}
