/** A path of routers to a destination of both families, for simulated networks. */
import type { Router } from '../src/scripted/network.js';

export const DESTINATION = '203.0.113.9';
const DESTINATION_6 = '2001:db8:9::9';
export const router = (n: number, more: Partial<Router> = {}): Router => ({
  address: [`10.0.${n}.1`, `2001:db8:1::${n}`],
  forwardMs: 2.5,
  ...more,
});
export const routers = (count: number) => Array.from({ length: count }, (_, index) => router(index + 1));
export const to = [DESTINATION, DESTINATION_6];
