import { readFileSync } from 'node:fs';
import type { MonitorSpec } from '../store/monitor-store.js';
import { MonitorBody, readMonitor } from '../wire/monitor.js';
import { readBody } from '../wire/read-body.js';
import { MonitorsError } from './monitors-error.js';

/** Monitors from a JSON array, or from the file of that name that holds one. Throws MonitorsError. */
export function readMonitors(text: string): readonly MonitorSpec[] {
  const list = parse(text.trimStart().startsWith('[') ? text : contents(text));
  if (!Array.isArray(list)) throw new MonitorsError('holds no JSON array');
  return list.map((entry, index) => {
    try {
      return readMonitor(readBody(MonitorBody, entry));
    } catch (error) {
      throw new MonitorsError(`has a fault in entry ${index + 1}: ${(error as Error).message}`);
    }
  });
}

function contents(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new MonitorsError(`names a file that cannot be read: ${(error as Error).message}`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MonitorsError(`holds no JSON: ${(error as Error).message}`);
  }
}
