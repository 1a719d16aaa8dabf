import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { IntelError } from './errors.js';

/** A data package from npm: where its files are, and its version. */
export interface DataPackage {
  readonly version: string;
  file(name: string): string;
}

const require = createRequire(import.meta.url);

/** Finds an installed data package. Throws FILE_UNREADABLE when it is not installed. */
export function dataPackage(name: string): DataPackage {
  try {
    const path = require.resolve(`${name}/package.json`);
    const { version } = require(path) as { version?: unknown };
    return { version: String(version), file: (file) => join(dirname(path), file) };
  } catch (error) {
    throw new IntelError('FILE_UNREADABLE', `the package ${name} is not installed`, error);
  }
}

/** The date at the end of a version such as 2.3.2026061719, ISO 8601, or null. */
export function dateOfVersion(version: string): string | null {
  const [, year, month, day, hour] = /\.(20\d\d)([01]\d)([0-3]\d)([0-2]\d)$/.exec(version) ?? [];
  const date = new Date(`${year}-${month}-${day}T${hour}:00:00Z`);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
