import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { add, nothing, type Result, type Year } from '../../packages/server/test/simulation/year.js';

/** What came of one simulated target. */
interface Line {
  readonly part: string;
  readonly seed: number;
  readonly target: number;
  readonly year: { readonly ours: Kept; readonly old: Kept };
}

type Kept = Omit<Result, 'tallies' | 'alarms'> & {
  readonly tallies: [string, unknown][];
  readonly alarms: [string, unknown][];
};

/**
 * What was found so far, kept in a file of one JSON line per target where one is named: a long run can then be made in
 * pieces, and the last of them reports all.
 */
export class Results {
  readonly #file: string | undefined;
  readonly #lines: Line[] = [];

  constructor(file: string | undefined) {
    this.#file = file;
    if (file === undefined || !existsSync(file)) return;
    const lines = readFileSync(file, 'utf8').split('\n');
    this.#lines.push(...lines.filter((line) => line !== '').map((line): Line => JSON.parse(line)));
  }

  add(part: string, seed: number, target: number, { ours, old }: Year): void {
    const line: Line = { part, seed, target, year: { ours: kept(ours), old: kept(old) } };
    this.#lines.push(line);
    if (this.#file !== undefined) appendFileSync(this.#file, `${JSON.stringify(line)}\n`);
  }

  /** All targets of that part together, and the seeds they were made with. */
  sum(part: string): Year & { readonly targets: number; readonly seeds: readonly number[] } {
    const lines = this.#lines.filter((line) => line.part === part);
    const [ours, old] = [nothing(), nothing()];
    for (const { year } of lines) {
      add(ours, restored(year.ours));
      add(old, restored(year.old));
    }
    const targets = new Set(lines.map(({ seed, target }) => `${seed} ${target}`)).size;
    if (targets < lines.length) throw new Error(`${part}: a target is there twice`);
    return { ours, old, targets, seeds: [...new Set(lines.map(({ seed }) => seed))] };
  }
}

function kept(result: Result): Kept {
  return { ...result, tallies: [...result.tallies], alarms: [...result.alarms] };
}

function restored({ tallies, alarms, ...rest }: Kept): Result {
  return {
    ...rest,
    tallies: new Map(tallies as [string, never][]),
    alarms: new Map(alarms as [never, never][]),
  };
}
