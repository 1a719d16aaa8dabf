import { join } from 'node:path';
import type { Source } from '../description.js';
import { IntelError } from '../errors.js';
import { FollowedFile } from '../files/followed-file.js';
import { type ListFile, listFiles, MADE_FROM, RISKY_FILE } from './list-files.js';
import { isGenerated } from './parse-risky.js';
import type { ThreatList } from './threat-list.js';
import { ThreatTable } from './threat-table.js';

const SPAMHAUS = 'The Spamhaus Project';
const SPAMHAUS_PAGE = 'https://www.spamhaus.org/blocklists/do-not-route-or-peer/';

/** Lists are some 100 KB. */
const LARGEST = 64 << 20;

interface Loaded {
  readonly list: ThreatList;
  readonly modifiedAt: number;
}

interface Followed {
  readonly about: ListFile;
  readonly file: FollowedFile<Loaded>;
}

/** The block lists in the data folder, followed as they change. */
export class ThreatLists {
  readonly #followed: readonly Followed[];
  #table = new ThreatTable([]);
  #turn = Promise.resolve(false);

  constructor(dataDir: string | null) {
    this.#followed = (dataDir === null ? [] : listFiles).map((about) => ({
      about,
      file: new FollowedFile(join(dataDir ?? '', about.file), LARGEST, ({ bytes, modifiedAt }) => {
        const list = about.parse(bytes.toString('utf8'), about.list, modifiedAt.toISOString());
        if (list.lines === 0 && about.feed !== null) throw new IntelError('LIST_BROKEN', 'it has no entries');
        // Some bad lines are left out and said; nothing but bad lines is another kind of file.
        if (list.lines > 0 && list.unreadable.count === list.lines) {
          throw new IntelError(
            'LIST_BROKEN',
            `no line of it can be read, the first is ${list.unreadable.first}`,
          );
        }
        return { list, modifiedAt: modifiedAt.getTime() };
      }),
    }));
  }

  get table(): ThreatTable {
    return this.#table;
  }

  /** The list now in use from that file; null for none. */
  list(file: string): ThreatList | null {
    return this.#loaded(file)?.list ?? null;
  }

  /** Looks at the files again. Tells whether anything changed. Never throws. */
  refresh(): Promise<boolean> {
    // One after the other: a later look must not be overtaken by an earlier one.
    this.#turn = this.#turn.then(() => this.#refresh());
    return this.#turn;
  }

  async #refresh(): Promise<boolean> {
    const changes = await Promise.all(this.#followed.map(({ file }) => file.refresh()));
    if (!changes.includes(true)) return false;
    this.#table = new ThreatTable(
      this.#followed.flatMap(({ about, file }) => {
        if (file.value === null) return [];
        return [about.file === RISKY_FILE ? this.#withoutOutdated(file.value) : file.value.list];
      }),
    );
    return true;
  }

  get sources(): Source[] {
    if (this.#followed.length === 0) return [NO_FOLDER];
    const isThere = ({ file }: Followed) => file.value !== null || file.problem !== null;
    const fetched = this.#followed.some((each) => each.about.feed !== null && isThere(each));
    const sources = this.#followed.flatMap((each): Source[] => {
      const { about, file } = each;
      const list = file.value?.list ?? null;
      // Files that are not fetched are optional, and what was never fetched is said once.
      if (!isThere(each) && (about.feed === null || !fetched)) return [];
      const date = file.value === null ? null : new Date(file.value.modifiedAt).toISOString();
      return [
        {
          name: about.name,
          kind: 'threats',
          updatedAt: list?.timestamp ?? date,
          entries: list === null ? null : list.prefixes.length + list.systems.length,
          attribution: about.feed === null ? (list?.copyright ?? '') : (list?.copyright ?? SPAMHAUS),
          url: about.feed === null ? null : SPAMHAUS_PAGE,
          state: list === null ? 'missing' : 'in-use',
          problem: problemOf(about, file.problem, list),
        },
      ];
    });
    return fetched ? sources : [NOT_FETCHED, ...sources];
  }

  /** Whether `risky_ips.json` is missing, or older than a list it is made from: it has to be written again. */
  get riskyOutdated(): boolean {
    return MADE_FROM.some(({ file }) => this.#isNewerThanRisky(file));
  }

  /**
   * `risky_ips.json` is written after the lists it is made from. When it is older than one, the updater was
   * stopped between the two: what it copied from that list is outdated. Other people's entries in it hold.
   */
  #withoutOutdated({ list }: Loaded): Pick<ThreatList, 'prefixes' | 'systems'> {
    const outdated = MADE_FROM.filter(({ file }) => this.#isNewerThanRisky(file)).map(({ family }) => family);
    const holds = ({ prefix, threat }: ThreatList['prefixes'][number]) =>
      !(isGenerated(threat.reason) && outdated.includes(prefix.family));
    return { prefixes: list.prefixes.filter(holds), systems: [] };
  }

  #isNewerThanRisky(file: string): boolean {
    const made = this.#loaded(file)?.modifiedAt ?? Number.NEGATIVE_INFINITY;
    return made > (this.#loaded(RISKY_FILE)?.modifiedAt ?? Number.NEGATIVE_INFINITY);
  }

  #loaded(file: string): Loaded | null {
    return this.#followed.find(({ about }) => about.file === file)?.file.value ?? null;
  }
}

const NOT_FETCHED: Source = Object.freeze({
  name: 'Spamhaus DROP',
  kind: 'threats',
  updatedAt: null,
  entries: null,
  attribution: SPAMHAUS,
  url: SPAMHAUS_PAGE,
  state: 'not-fetched',
  problem: null,
});

const NO_FOLDER: Source = Object.freeze({
  ...NOT_FETCHED,
  attribution: '',
  url: null,
  state: 'missing',
  problem: 'There is no data folder, so there are no block lists.',
});

function problemOf({ file, feed }: ListFile, problem: string | null, list: ThreatList | null): string | null {
  if (problem !== null) {
    return `${file} cannot be used (${problem}); ${list === null ? 'it is not used' : 'the one before it stays in use'}.`;
  }
  if (list === null) return feed === null ? null : `${file} has never been fetched.`;
  const { count, first } = list.unreadable;
  if (count === 0) return null;
  return `${count} of ${list.lines} lines of ${file} cannot be read and are left out, the first is ${JSON.stringify(first)}.`;
}
