import type { Monitor, MonitorSpec, MonitorStore } from '../store/monitor-store.js';

/** Makes the configuration's monitors those that are kept as such; all monitors there are then. */
export async function keepConfigured(
  monitors: MonitorStore,
  specs: readonly MonitorSpec[],
  now: number,
): Promise<readonly Monitor[]> {
  const wanted = new Set<number>();
  for (const spec of specs) wanted.add((await monitors.add(spec, 'config', now)).id);
  for (const { id, origin } of await monitors.all()) {
    if (origin === 'config' && !wanted.has(id)) await monitors.remove(id);
  }
  return monitors.all();
}
