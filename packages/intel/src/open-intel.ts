import { join, resolve } from 'node:path';
import { formatIPv4, formatIPv6 } from './address/format-address.js';
import { parseAddress } from './address/parse-address.js';
import { openEmbeddedNetworks, openNetworkMmdb } from './asn/network-database.js';
import { type Clock, systemClock } from './clock.js';
import type { Database } from './database.js';
import { DatabaseChoice, nameOf } from './database-choice.js';
import type { Description, Network, Place, Source } from './description.js';
import { ReverseLookup } from './dns/reverse.js';
import { Enricher } from './enrich.js';
import { IntelError } from './errors.js';
import { FollowedFile } from './files/followed-file.js';
import type { FileContent } from './files/read-file.js';
import { openEmbeddedPlaces, openPlaceMmdb } from './geo/place-database.js';
import { LARGEST_MMDB } from './mmdb/mmdb.js';
import { VerifiedFiles } from './mmdb/verified-files.js';
import { accountFrom, type MaxmindAccount } from './refresh/maxmind.js';
import type { UpdateOptions, UpdateReport } from './refresh/report.js';
import { RequestLog } from './refresh/request-log.js';
import { feedUrls, maxmindUrl, update } from './refresh/update.js';
import { ThreatLists } from './threats/threat-lists.js';

export interface IntelOptions {
  /** Folder of the user's databases, the block lists and the caches. Without one nothing is written or updated. */
  readonly dataDir?: string;
  /** Looked into for databases after `dataDir`. Default: the process' own. */
  readonly workingDir?: string;
  /** Whether to use the databases that come with this package where there are no others. Default: true. */
  readonly embedded?: boolean;
  readonly clock?: Clock;
  /** What downloads go through. Default: the global `fetch`. */
  readonly fetch?: typeof fetch;
  /**
   * Sources of the lists by their file name, `drop_v4.json`, `drop_v6.json`, `asndrop.json`, and of databases,
   * `maxmind`. Default: the variables LOCATOR_DROP_URL, LOCATOR_DROP_V6_URL, LOCATOR_ASNDROP_URL and
   * LOCATOR_MAXMIND_URL, else Spamhaus and MaxMind.
   */
  readonly urls?: Readonly<Record<string, string | undefined>>;
  /**
   * With an account `update` fetches GeoLite2-City and GeoLite2-ASN too. Default: the variables
   * MAXMIND_ACCOUNT_ID and MAXMIND_LICENSE_KEY.
   */
  readonly maxmind?: MaxmindAccount;
  /** Milliseconds that the download of a list may take, and a tenth of what a database may. Default: 30,000. */
  readonly downloadTimeoutMs?: number;
  /** Milliseconds between looks at the files for changes; 0 never looks. Default: 10,000. */
  readonly reloadMs?: number;
  /** Name servers for host names, `address` or `address:port`. Default: the system's. */
  readonly nameServers?: readonly string[];
  /** Milliseconds after which a host name counts as unknown. Default: 1,500. */
  readonly hostnameTimeoutMs?: number;
}

export interface Intel {
  /**
   * What is known about an address. Synchronous, never throws, makes no network access. Text that is no address
   * gives nothing but nulls. Descriptions are frozen and shared.
   */
  enrich(address: string): Description;
  /** The same for many, in their order. */
  enrichAll(addresses: Iterable<string>): Description[];
  /** The address' host name by reverse DNS, or null; never fails. The one look-up that uses the network. */
  hostname(address: string): Promise<string | null>;
  /** The databases and lists in use, and those that should be and are not. */
  sources(): readonly Source[];
  /**
   * Fetches the block lists, verifies them and puts them into use; each at most once an hour, across restarts.
   * With a MaxMind account its databases too, at most every six hours. What goes wrong with one is in the
   * report, and the last good one stays in use. Calls at the same time are one; another process that updates the
   * same folder is waited for. Throws DATA_DIR_MISSING, DATA_DIR_UNUSABLE, CLOSED, or ABORTED for `options.signal`.
   */
  update(options?: UpdateOptions): Promise<UpdateReport>;
  /**
   * When the block lists were last asked for, by any process: milliseconds since 1970, for the one asked longest
   * ago; null when one never was, or there is no data folder.
   */
  lastUpdate(): Promise<number | null>;
  /** Looks now whether files were replaced, and uses what is new. Tells whether anything changed. */
  reload(): Promise<boolean>;
  /** Stops an update, and looking at files and for names. `enrich` goes on working with what is there. */
  close(): Promise<void>;
}

/** Files that are used instead of the embedded databases, the first of them most. */
const PLACE_FILES = ['GeoIP2-City.mmdb', 'GeoLite2-City.mmdb'];
const NETWORK_FILES = ['GeoIP2-ISP.mmdb', 'GeoLite2-ASN.mmdb'];

/**
 * Opens every database and list there is. A missing or broken one is named in `sources()` and its fields are
 * null; the rest works. Throws OPTION_INVALID only.
 *
 *     const intel = await openIntel({ dataDir: './data' });
 *     intel.enrich('1.1.1.1').network?.name;
 */
export async function openIntel(options: IntelOptions = {}): Promise<Intel> {
  const opened = new OpenIntel(options);
  await opened.reload();
  opened.follow();
  return opened;
}

class OpenIntel implements Intel {
  readonly #options: IntelOptions;
  readonly #dataDir: string | null;
  readonly #clock: Clock;
  readonly #urls: ReadonlyMap<string, URL>;
  readonly #maxmind: { readonly account: MaxmindAccount; readonly base: URL } | null;
  readonly #verified: VerifiedFiles;
  readonly #places: DatabaseChoice<Place>;
  readonly #networks: DatabaseChoice<Network>;
  readonly #lists: ThreatLists;
  readonly #enricher: Enricher;
  readonly #names: ReverseLookup;
  #updating: Promise<UpdateReport> | null = null;
  #reloading: Promise<boolean> | null = null;
  #cancelFollowing: () => void = () => {};
  #stopUpdating: () => void = () => {};
  #closed = false;

  constructor(options: IntelOptions) {
    const dataDir = options.dataDir === undefined ? null : resolve(options.dataDir);
    const folders = [...(dataDir === null ? [] : [dataDir]), resolve(options.workingDir ?? '.')];
    const verified = new VerifiedFiles(dataDir);
    const files = <T>(
      names: readonly string[],
      open: (name: string, content: FileContent, verified: VerifiedFiles) => Promise<Database<T>>,
    ) =>
      [...new Set(folders.flatMap((folder) => names.map((name) => join(folder, name))))].map(
        (path) => new FollowedFile(path, LARGEST_MMDB, (content) => open(nameOf(path), content, verified)),
      );
    const embedded = options.embedded ?? true;
    const clock = options.clock ?? systemClock;
    this.#options = options;
    this.#dataDir = dataDir;
    this.#clock = clock;
    this.#urls = feedUrls(options.urls ?? {}, process.env);
    const account = accountFrom(options.maxmind, process.env);
    this.#maxmind = account === null ? null : { account, base: maxmindUrl(options.urls ?? {}, process.env) };
    this.#verified = verified;
    this.#places = new DatabaseChoice({
      kind: 'place',
      files: files(PLACE_FILES, openPlaceMmdb),
      embedded: embedded ? () => openEmbeddedPlaces(verified) : null,
    });
    this.#networks = new DatabaseChoice({
      kind: 'network',
      files: files(NETWORK_FILES, openNetworkMmdb),
      embedded: embedded ? () => openEmbeddedNetworks(dataDir) : null,
    });
    this.#lists = new ThreatLists(dataDir);
    this.#enricher = new Enricher({
      place: (address, text) => this.#places.find(address, text),
      network: (address, text) => this.#networks.find(address, text),
      threats: (address) => this.#lists.table.matchAddress(address),
      threatOf: (asn) => this.#lists.table.matchSystem(asn),
    });
    this.#names = new ReverseLookup({
      clock,
      nameServers: options.nameServers ?? [],
      timeoutMs: options.hostnameTimeoutMs ?? 1_500,
    });
  }

  enrich(address: string): Description {
    return this.#enricher.enrich(address);
  }

  enrichAll(addresses: Iterable<string>): Description[] {
    return Array.from(addresses, (address) => this.#enricher.enrich(address));
  }

  async hostname(address: string): Promise<string | null> {
    const parsed = parseAddress(address);
    if (parsed === null) return null;
    return this.#names.hostname(
      parsed.family === 4 ? formatIPv4(parsed.words[3]!) : formatIPv6(parsed.words),
    );
  }

  sources(): readonly Source[] {
    return [...this.#places.sources, ...this.#networks.sources, ...this.#lists.sources];
  }

  update(options: UpdateOptions = {}): Promise<UpdateReport> {
    if (this.#closed) return Promise.reject(new IntelError('CLOSED'));
    if (this.#dataDir === null) return Promise.reject(new IntelError('DATA_DIR_MISSING'));
    this.#updating ??= this.#updateUntilClosed(this.#dataDir, options).finally(() => {
      this.#updating = null;
    });
    return this.#updating;
  }

  async #updateUntilClosed(dataDir: string, options: UpdateOptions): Promise<UpdateReport> {
    const stop = new AbortController();
    const forward = () => stop.abort();
    this.#stopUpdating = forward;
    if (options.signal?.aborted === true) forward();
    options.signal?.addEventListener('abort', forward, { once: true });
    try {
      return await this.#update(dataDir, { ...options, signal: stop.signal });
    } finally {
      options.signal?.removeEventListener('abort', forward);
    }
  }

  async #update(dataDir: string, options: UpdateOptions): Promise<UpdateReport> {
    try {
      const report = await update(
        {
          dataDir,
          lists: this.#lists,
          urls: this.#urls,
          maxmind: this.#maxmind,
          verified: this.#verified,
          fetch: this.#options.fetch ?? fetch,
          wall: () => this.#clock.wall(),
          timeoutMs: this.#options.downloadTimeoutMs ?? 30_000,
        },
        options,
      );
      await this.#reload();
      return report;
    } finally {
      this.#enricher.forget();
    }
  }

  async lastUpdate(): Promise<number | null> {
    return this.#dataDir === null ? null : new RequestLog(this.#dataDir).lastOf([...this.#urls.keys()]);
  }

  reload(): Promise<boolean> {
    this.#reloading ??= this.#reload().finally(() => {
      this.#reloading = null;
    });
    return this.#reloading;
  }

  async #reload(): Promise<boolean> {
    const changes = await Promise.all([
      this.#places.refresh(),
      this.#networks.refresh(),
      this.#lists.refresh(),
    ]);
    const changed = changes.includes(true);
    if (changed) this.#enricher.forget();
    return changed;
  }

  /** Keeps looking at the files. */
  follow(): void {
    const every = this.#options.reloadMs ?? 10_000;
    if (every <= 0 || this.#closed) return;
    this.#cancelFollowing = this.#clock.at(this.#clock.now() + every, () => {
      this.reload().finally(() => this.follow());
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelFollowing();
    this.#stopUpdating();
    this.#names.close();
    await Promise.allSettled([this.#updating, this.#reloading]);
  }
}
