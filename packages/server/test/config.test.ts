import t from 'tap';
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
    sockets: 'auto',
    dropUrl: null,
    dropV6Url: null,
    asndropUrl: null,
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
    sockets: ['raw-socket', 'raw-socket'],
    dropUrl: ['http://127.0.0.1:1/drop', 'http://127.0.0.1:1/drop'],
    dropV6Url: ['https://lists.example/6', 'https://lists.example/6'],
    asndropUrl: ['https://lists.example/as', 'https://lists.example/as'],
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
  ['LOCATOR_SOCKETS', 'best'],
  ['LOCATOR_DROP_URL', 'ftp://lists.example'],
  ['LOCATOR_ASNDROP_URL', 'drop.json'],
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

t.test('a bad token is not repeated', async (t) => {
  t.throws(() => readConfig({ LOCATOR_TOKEN: 'sec ret' }), {
    message: /^LOCATOR_TOKEN is not usable, expected letters/,
  });
});
