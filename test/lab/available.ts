import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { freshNamespace } from './namespace.js';
import { pathWithSbin } from './path.js';

export type Availability = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Set to `required` where a lab that cannot be had is a failure and not a reason to skip. */
export const labRequired = process.env.LOCATOR_LAB === 'required';

/** Programs that change to another user at start, which a user namespace with a single user in it has not got. */
const dropPrivileges = ['scamper', 'tcpdump'];

/** Whether the lab is, or would be, in a user namespace of an ordinary user. */
function onlyUser(): boolean {
  return process.getuid?.() !== 0 || !/\s4294967295\s*$/.test(readFileSync('/proc/self/uid_map', 'utf8'));
}

let namespaces: Promise<Availability> | undefined;

/** Whether labs can be opened here, and the programs named are installed; else why not, in one sentence. */
export async function labAvailable(programs: readonly string[] = []): Promise<Availability> {
  if (process.platform !== 'linux') return { ok: false, reason: 'The lab needs Linux network namespaces.' };
  const missing = await missingOf(['unshare', 'nsenter', 'setpriv', 'ip', 'sysctl', ...programs]);
  if (missing.length > 0) return { ok: false, reason: `Not installed: ${missing.join(', ')}.` };
  const dropping = programs.filter((program) => dropPrivileges.includes(program));
  if (dropping.length > 0 && onlyUser()) {
    return {
      ok: false,
      reason: `${dropping.join(' and ')} can only be started by root: there is one user in here.`,
    };
  }
  namespaces ??= tryNamespace();
  return namespaces;
}

/**
 * For tap: options that skip a test with the reason, or none when there is a lab. With LOCATOR_LAB=required
 * nothing is skipped, and the test fails with the system's words.
 */
export async function labOptions(programs: readonly string[] = []): Promise<{ skip?: string }> {
  const lab = await labAvailable(programs);
  if (lab.ok) return {};
  // A peer that cannot run here is no fault of the lab.
  if (labRequired && !(await labAvailable()).ok)
    throw new Error(`LOCATOR_LAB=required, but there is no lab. ${lab.reason}`);
  return { skip: lab.reason };
}

async function tryNamespace(): Promise<Availability> {
  try {
    const namespace = await freshNamespace();
    const made = await namespace.run('ip', ['link', 'add', 'near', 'type', 'veth', 'peer', 'name', 'far']);
    await namespace.close();
    return made.code === 0
      ? { ok: true }
      : { ok: false, reason: `No veth devices here: ${made.stderr.trim()}` };
  } catch (error) {
    return { ok: false, reason: (error as Error).message };
  }
}

async function missingOf(programs: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    programs.map((program) =>
      promisify(execFile)('sh', ['-c', 'command -v "$1"', 'sh', program], { env: pathWithSbin() }).then(
        () => true,
        () => false,
      ),
    ),
  );
  return programs.filter((_, index) => !found[index]);
}
