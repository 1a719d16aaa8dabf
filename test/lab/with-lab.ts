import t, { type Test } from 'tap';
import { labOptions } from './available.js';
import type { Internet } from './description.js';
import { type InternetLab, openInternet } from './internet.js';
import type { Fate } from './truth.js';

const options = await labOptions(['traceroute', 'ping', 'fping', 'cc']);

/** A test in an internet of its own. It also fails when the simulation has not kept up. */
export function withLab(
  name: string,
  internet: Internet,
  body: (lab: InternetLab, t: Test) => Promise<unknown>,
): void {
  t.test(name, options, async (t) => {
    const lab = await openInternet(internet);
    t.teardown(() => lab.close());
    await body(lab, t);
    t.match(lab.health(), { unread: 0, adrift: 0 }, 'the simulation kept up');
  });
}

export const count = (fates: readonly Fate[], outcome: Fate['outcome']) =>
  fates.filter((fate) => fate.outcome === outcome).length;

/** Delays short enough that tests do not wait, and the address of the third hop, the last. */
export const three = [0.2, 0.3, 0.5];
export const last = '198.18.3.1';
