import { join } from 'node:path';
import t from 'tap';
import { RISK_WEIGHTS } from '../src/analyse/risk-score.js';
import { flagOf, readConfig, settings } from '../src/config.js';

t.test('defaults', async (t) => {
  const config = readConfig({});
  t.strictSame(config, {
    host: '127.0.0.1',
    port: 8000,
    dataDir: './data',
    targets: 'any',
    token: null,
    corsOrigins: '*',
    cacheMaxAge: 3600,
    retentionDays: null,
    retentionTraces: null,
    monitors: [],
    monitorTraces: 4,
    monitorPackets: 200,
    webhookUrls: [],
    webhookSecret: null,
    riskWeights: RISK_WEIGHTS,
    bandwidth: 'quick',
    bandwidthBytes: null,
    bandwidthMbps: null,
    sockets: 'auto',
    dropUrl: null,
    dropV6Url: null,
    asndropUrl: null,
    updates: 'daily',
    maxmindAccountId: null,
    maxmindLicenseKey: null,
    maxmindUrl: null,
    position: null,
    maxTraces: 256,
    logLevel: 'warn',
  });
  t.ok(Object.isFrozen(config));
});

t.test('every setting from the environment, and by its flag', async (t) => {
  const given = {
    host: ['::1', '::1'],
    port: ['0', 0],
    dataDir: ['/var/lib/locator', '/var/lib/locator'],
    targets: ['public', 'public'],
    token: ['s3cret+/=', 's3cret+/='],
    corsOrigins: ['https://a.example, http://localhost:3000', ['https://a.example', 'http://localhost:3000']],
    cacheMaxAge: ['0', 0],
    retentionDays: ['0.5', 0.5],
    retentionTraces: ['100000', 100_000],
    monitors: [
      '[{"target":"a.example","every":60}]',
      [{ request: { target: 'a.example', bandwidth: 'off' }, schedule: { every: 60 } }],
    ],
    monitorTraces: ['1', 1],
    monitorPackets: ['1000', 1000],
    webhookUrls: [
      'https://a.example/hook, http://127.0.0.1:1/',
      ['https://a.example/hook', 'http://127.0.0.1:1/'],
    ],
    webhookSecret: ['sixteen letters!', 'sixteen letters!'],
    riskWeights: [
      'transit=50, transit-as=0,anomalies=35',
      {
        ...RISK_WEIGHTS,
        listed: { destination: RISK_WEIGHTS.listed.destination, transit: { prefix: 50, as: 0 } },
        anomalyCap: 35,
      },
    ],
    bandwidth: ['thorough', 'thorough'],
    bandwidthBytes: ['50000', 50_000],
    bandwidthMbps: ['0.25', 0.25],
    sockets: ['raw-socket', 'raw-socket'],
    dropUrl: ['http://127.0.0.1:1/drop', 'http://127.0.0.1:1/drop'],
    dropV6Url: ['https://lists.example/6', 'https://lists.example/6'],
    asndropUrl: ['https://lists.example/as', 'https://lists.example/as'],
    updates: ['off', 'off'],
    maxmindAccountId: ['42', '42'],
    maxmindLicenseKey: ['s3cret_mmk', 's3cret_mmk'],
    maxmindUrl: ['https://databases.example/geo', 'https://databases.example/geo'],
    position: ['-33.9, 151.2', { lat: -33.9, lon: 151.2 }],
    maxTraces: ['1', 1],
    logLevel: ['debug', 'debug'],
  } as const;
  const keys = Object.keys(settings) as (keyof typeof settings)[];
  const expected = Object.fromEntries(keys.map((key) => [key, given[key][1]]));
  t.strictSame(
    readConfig(Object.fromEntries(keys.map((key) => [settings[key].env, given[key][0]]))),
    expected,
  );
  t.strictSame(readConfig({}, Object.fromEntries(keys.map((key) => [flagOf(key), given[key][0]]))), expected);
});

t.test('a flag wins over the environment; an empty variable is none', async (t) => {
  t.equal(readConfig({ LOCATOR_PORT: '1' }, { port: '2' }).port, 2);
  t.equal(readConfig({ LOCATOR_PORT: '' }).port, 8000);
});

t.test('anything may be traced on loopback, elsewhere only what is public', async (t) => {
  for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost']) {
    t.equal(readConfig({ LOCATOR_HOST: host }).targets, 'any', host);
  }
  for (const host of ['0.0.0.0', '::', '192.0.2.1', '127.evil.example', '10.0.0.1']) {
    t.equal(readConfig({ LOCATOR_HOST: host }).targets, 'public', host);
  }
  t.equal(readConfig({ LOCATOR_HOST: '0.0.0.0', LOCATOR_TARGETS: 'any' }).targets, 'any');
});

t.test('origins', async (t) => {
  t.strictSame(readConfig({ LOCATOR_CORS_ORIGINS: 'none' }).corsOrigins, []);
  t.throws(() => readConfig({ LOCATOR_CORS_ORIGINS: 'https://a.example/path' }), {
    message: /^LOCATOR_CORS_ORIGINS is "https:\/\/a\.example\/path", expected /,
  });
});

const bad: readonly [name: string, text: string][] = [
  ['LOCATOR_HOST', 'http://x'],
  ['LOCATOR_PORT', '65536'],
  ['LOCATOR_PORT', '80a'],
  ['LOCATOR_PORT', '-1'],
  ['LOCATOR_TARGETS', 'private'],
  ['LOCATOR_CORS_ORIGINS', 'example.com'],
  ['LOCATOR_CACHE_MAX_AGE', '1.5'],
  ['LOCATOR_RETENTION_DAYS', '0'],
  ['LOCATOR_RETENTION_TRACES', '0'],
  ['LOCATOR_MONITOR_TRACES', '0'],
  ['LOCATOR_MONITOR_PACKETS', '1.5'],
  ['LOCATOR_WEBHOOK_URL', 'ftp://a.example'],
  ['LOCATOR_RISK_WEIGHTS', 'transit'],
  ['LOCATOR_RISK_WEIGHTS', 'transit=101'],
  ['LOCATOR_RISK_WEIGHTS', 'transit=1.5'],
  ['LOCATOR_RISK_WEIGHTS', 'router=40'],
  ['LOCATOR_RISK_WEIGHTS', 'low=1,low=2'],
  // A router on the way would weigh more than the destination, a network as much as a prefix, low more than medium.
  ['LOCATOR_RISK_WEIGHTS', 'transit=71'],
  ['LOCATOR_RISK_WEIGHTS', 'transit=15'],
  ['LOCATOR_RISK_WEIGHTS', 'low=11'],
  ['LOCATOR_BANDWIDTH', 'much'],
  ['LOCATOR_BANDWIDTH_BYTES', '0'],
  ['LOCATOR_BANDWIDTH_MBPS', '0'],
  ['LOCATOR_SOCKETS', 'best'],
  ['LOCATOR_DROP_URL', 'ftp://lists.example'],
  ['LOCATOR_ASNDROP_URL', 'drop.json'],
  ['LOCATOR_UPDATES', 'hourly'],
  ['LOCATOR_MAXMIND_URL', 'download.maxmind.com'],
  ['LOCATOR_POSITION', '52.5'],
  ['LOCATOR_POSITION', '91,0'],
  ['LOCATOR_POSITION', '0,181'],
  ['LOCATOR_POSITION', '1,2,3'],
  ['LOCATOR_POSITION', 'Berlin'],
  ['MAXMIND_ACCOUNT_ID', 'me'],
  ['LOCATOR_MAX_TRACES', '0'],
  ['LOCATOR_LOG_LEVEL', 'loud'],
];
for (const [name, text] of bad) {
  t.throws(
    () => readConfig({ [name]: text }),
    { name: 'ConfigError', message: new RegExp(`^${name} is "${text}", expected .*\\.$`) },
    `${name}=${text}`,
  );
}

t.test('a bad flag is named as it was typed, an empty one too', async (t) => {
  t.throws(() => readConfig({}, { 'cache-max-age': 'x' }), { message: /^--cache-max-age is "x", expected / });
  t.throws(() => readConfig({}, { host: '' }), { message: /^--host is "", expected / });
});

t.test('webhooks without a secret are refused', async (t) => {
  t.throws(() => readConfig({ LOCATOR_WEBHOOK_URL: 'https://a.example/' }), {
    name: 'ConfigError',
    message: /^LOCATOR_WEBHOOK_URL needs LOCATOR_WEBHOOK_SECRET/,
  });
});

t.test('monitors that cannot be read are named', async (t) => {
  const cases: [text: string, message: RegExp][] = [
    ['/no/such/file', /^LOCATOR_MONITORS names a file that cannot be read: ENOENT.*\.$/],
    ['[{', /^LOCATOR_MONITORS holds no JSON: .*\.$/],
    ['[{"target":"a.example"}]', /^LOCATOR_MONITORS has a fault in entry 1: A monitor has either every.*\.$/],
    [
      '[{"target":"a.example","every":60},{"target":"a.example","cron":"61 * * * *"}]',
      /^LOCATOR_MONITORS has a fault in entry 2: cron "61 \* \* \* \*" cannot be used: .*\.$/,
    ],
    ['[{"target":"a b","every":60}]', /^LOCATOR_MONITORS has a fault in entry 1: .*host name.*\.$/],
  ];
  for (const [text, message] of cases) {
    t.throws(() => readConfig({ LOCATOR_MONITORS: text }), { name: 'ConfigError', message }, text);
  }
  const file = join(t.testdir({ list: '[{"target":"192.0.2.1","cron":"*/5  * * * *"}]' }), 'list');
  t.match(readConfig({ LOCATOR_MONITORS: file }).monitors, [
    { request: { target: '192.0.2.1' }, schedule: { cron: '*/5 * * * *' } },
  ]);
  t.throws(() => readConfig({}, { monitors: join(file, 'x') }), { message: /^--monitors names a file/ });
});

t.test('a bad token is not repeated', async (t) => {
  t.throws(() => readConfig({ LOCATOR_WEBHOOK_SECRET: 'short' }), {
    message: /^LOCATOR_WEBHOOK_SECRET is not usable, expected at least 16/,
  });
  t.throws(() => readConfig({ LOCATOR_TOKEN: 'sec ret' }), {
    message: /^LOCATOR_TOKEN is not usable, expected letters/,
  });
});

t.test('half a MaxMind account is a mistake, and its key is not shown', async (t) => {
  t.throws(() => readConfig({ MAXMIND_ACCOUNT_ID: '42' }), {
    name: 'ConfigError',
    message: 'MAXMIND_ACCOUNT_ID needs MAXMIND_LICENSE_KEY beside it.',
  });
  t.throws(() => readConfig({ MAXMIND_LICENSE_KEY: 's3cret' }), {
    message: 'MAXMIND_LICENSE_KEY needs MAXMIND_ACCOUNT_ID beside it.',
  });
  t.throws(() => readConfig({ MAXMIND_ACCOUNT_ID: '42', MAXMIND_LICENSE_KEY: 's3cret key' }), {
    message: /^(?!.*s3cret)MAXMIND_LICENSE_KEY is not usable, expected /,
  });
});
