import { join } from 'node:path';
import { blockOf } from '../address/block-of.js';
import type { Database } from '../database.js';
import type { Network } from '../description.js';
import { dataPackage, dateOfVersion } from '../embedded.js';
import { IntelError } from '../errors.js';
import { type FileContent, readFileWhole } from '../files/read-file.js';
import { replaceFile } from '../files/replace-file.js';
import { legible } from '../legible.js';
import { Mmdb } from '../mmdb/mmdb.js';
import type { VerifiedFiles } from '../mmdb/verified-files.js';
import { pausing } from '../pausing.js';
import { AsnTable } from './asn-table.js';
import { decodeColumns, encodeColumns } from './compact-form.js';
import { parseAsnCsv } from './parse-asn-csv.js';

const LARGEST_CSV = 256 << 20;

/** GeoLite2-ASN or GeoIP2-ISP in MaxMind's format: `autonomous_system_number`, `autonomous_system_organization`. */
export async function openNetworkMmdb(
  name: string,
  content: FileContent,
  verified: VerifiedFiles,
): Promise<Database<Network>> {
  const mmdb = await Mmdb.open(content, /ASN|ISP|Enterprise/, verified);
  return {
    source: {
      name,
      kind: 'network',
      updatedAt: mmdb.builtAt.toISOString(),
      entries: null,
      attribution:
        'This product includes GeoLite Data created by MaxMind, available from https://www.maxmind.com.',
      url: 'https://www.maxmind.com',
      state: 'in-use',
      problem: null,
    },
    find(address, text) {
      const found = mmdb.find(text, address.family);
      if (found === null) return null;
      const { autonomous_system_number: asn, autonomous_system_organization: organisation } =
        found.record as Record<string, unknown>;
      if (typeof asn !== 'number' || !Number.isInteger(asn) || asn <= 0) return null;
      const prefix = blockOf(address, found.length);
      return Object.freeze({ asn, name: legible(organisation) ?? `AS${asn}`, prefix, source: name });
    },
  };
}

/**
 * The AS data that comes with this package. Its text form takes half a second to read, so the first start writes
 * the compact form into `dataDir`, and later starts use that.
 */
export async function openEmbeddedNetworks(dataDir: string | null): Promise<Database<Network>> {
  const found = dataPackage('@ip-location-db/asn');
  const table = await embeddedTable(found.version, found.file, dataDir);
  const name = 'RouteViews, NRO and DB-IP AS data';
  return {
    source: {
      name,
      kind: 'network',
      updatedAt: dateOfVersion(found.version),
      entries: table.ranges,
      attribution: 'AS data by RouteViews (routeviews.org), NRO (nro.net) and DB-IP (db-ip.com), CC BY 4.0.',
      url: 'https://db-ip.com',
      state: 'in-use',
      problem: null,
    },
    find(address) {
      const found = table.find(address);
      if (found === null) return null;
      const { asn, name: organisation, prefix } = found;
      return Object.freeze({ asn, name: organisation, prefix, source: name });
    },
  };
}

async function embeddedTable(
  version: string,
  file: (name: string) => string,
  dataDir: string | null,
): Promise<AsnTable> {
  const path = dataDir === null ? null : join(dataDir, 'asn-table.bin');
  if (path !== null) {
    const cached = await readFileWhole(path, LARGEST_CSV).catch(() => null);
    const columns = cached === null ? null : decodeColumns(cached.bytes, version);
    if (columns !== null) return new AsnTable(columns);
  }
  const [csv4, csv6] = await Promise.all(
    ['asn-ipv4.csv', 'asn-ipv6.csv'].map(async (name) => {
      const content = await readFileWhole(file(name), LARGEST_CSV);
      if (content === null) throw new IntelError('FILE_UNREADABLE', `${name} is missing from its package`);
      return content.bytes;
    }),
  );
  const table = new AsnTable(await pausing(parseAsnCsv(csv4!, csv6!)));
  // A data folder that cannot be written costs time at the next start, nothing more.
  if (path !== null) await replaceFile(path, encodeColumns(table.columns, version)).catch(() => {});
  return table;
}
