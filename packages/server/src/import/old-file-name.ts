import { isIP } from 'node:net';
import { parseTarget } from '@locator/probe';
import type { OldFile } from './read-old-trace.js';

const pattern = /^(\d{4})(\d{2})(\d{2})(?:-?(\d{2})(\d{2})(\d{2}))?-(.+)\.json$/;

/**
 * What the old tool put into the names of a folder and a file, `20250505-101500-www.example.com.json`; null for
 * other files. Its later versions name folders by the address and write `_` for what is neither letter, digit nor
 * hyphen. Its times are of the clock on the wall where it ran.
 */
export function readOldFileName(folder: string, file: string, utc: boolean): OldFile | null {
  const [, ...parts] = pattern.exec(file) ?? [];
  const [year, month, day, hour = '0', minute = '0', second = '0', name] = parts;
  if (name === undefined) return null;
  const fields = [year, Number(month) - 1, day, hour, minute, second].map(Number) as [number, number];
  const startedAt = utc ? Date.UTC(...fields) : new Date(...fields).getTime();
  const target = targetOf(name) ?? targetOf(folder);
  if (target === null || Number.isNaN(startedAt)) return null;
  return { target, address: [folder, target].find((text) => isIP(text) !== 0) ?? null, startedAt };
}

function targetOf(name: string): string | null {
  try {
    return parseTarget(name.includes('.') ? name : name.replaceAll('_', '.'));
  } catch {
    return null;
  }
}
