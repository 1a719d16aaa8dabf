import { type MmdbOptions, writeMmdb } from './write-mmdb.js';

const tokyo = {
  city: { names: { en: 'Tokyo', ja: '東京' } },
  country: { iso_code: 'JP', names: { en: 'Japan', ja: '日本' } },
  subdivisions: [{ iso_code: '13', names: { en: 'Tokyo' } }],
  location: { accuracy_radius: 20, latitude: 35.6893, longitude: 139.6899, time_zone: 'Asia/Tokyo' },
};

/** Records in the shape of GeoLite2 City, for 1.2.3.0/24, 1.2.4.0/23, 8.8.8.0/24 and 2400:1::/32. */
export function cityDatabase(options: MmdbOptions = {}, city = 'Tokyo'): Buffer {
  return writeMmdb(
    'GeoLite2-City',
    [
      ['1.2.3.0/24', { ...tokyo, city: { names: { en: city } } }],
      ['1.2.4.0/23', { country: { iso_code: 'DE' }, location: { latitude: 51.5, longitude: -0.25 } }],
      ['8.8.8.0/24', { country: { iso_code: 'US', names: { en: 'United States' } } }],
      ...(options.ipVersion === 4 ? [] : [['2400:1::/32', tokyo] as const]),
    ],
    options,
  );
}

/** Records in the shape of GeoLite2 ASN. */
export function asnDatabase(options: MmdbOptions = {}): Buffer {
  return writeMmdb(
    'GeoLite2-ASN',
    [
      ['1.2.3.0/25', { autonomous_system_number: 64500, autonomous_system_organization: 'Example Networks' }],
      ['1.2.3.128/25', { autonomous_system_number: 64501 }],
      ['8.8.8.0/24', { autonomous_system_number: 15169, autonomous_system_organization: 'GOOGLE' }],
      [
        '2400:1::/32',
        { autonomous_system_number: 64500, autonomous_system_organization: 'Example Networks' },
      ],
    ],
    options,
  );
}
