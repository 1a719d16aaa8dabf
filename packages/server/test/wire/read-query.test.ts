import fc from 'fast-check';
import t from 'tap';
import Value from 'typebox/value';
import { ServerError } from '../../src/errors.js';
import { HistoryQuery, TraceQuery } from '../../src/wire/query.js';
import { readQuery } from '../../src/wire/read-query.js';
import { seedOf } from '../seed.js';

t.test('reads every parameter', async (t) => {
  const query = {
    target: 'example.com',
    cache: 'false',
    use_cache: 'True',
    protocol: 'UDP',
    port: '443',
    family: '6',
    max_hops: '64',
    probes: '1',
    max_age: '0',
  };
  t.strictSame(readQuery(TraceQuery, query), {
    target: 'example.com',
    cache: false,
    use_cache: true,
    protocol: 'udp',
    port: 443,
    family: 6,
    max_hops: 64,
    probes: 1,
    max_age: 0,
  });
});

t.test('leaves out what it does not know, reads an absent required text as empty', async (t) => {
  t.strictSame(readQuery(TraceQuery, { b: '1', __proto__: 'x' }), { target: '' });
  t.strictSame(readQuery(HistoryQuery, {}), {});
});

const refused: readonly [name: string, value: unknown, sentence: string][] = [
  ['max_hops', '0', 'max_hops must be a whole number from 1 to 64, not "0".'],
  ['max_hops', '65', 'max_hops must be a whole number from 1 to 64, not "65".'],
  ['max_hops', '1.5', 'max_hops must be a whole number from 1 to 64, not "1.5".'],
  ['max_hops', '0x10', 'max_hops must be a whole number from 1 to 64, not "0x10".'],
  ['max_hops', '', 'max_hops must be a whole number from 1 to 64, not "".'],
  ['probes', '101', 'probes must be a whole number from 1 to 100, not "101".'],
  ['probes', '-1', 'probes must be a whole number from 1 to 100, not "-1".'],
  ['port', '65536', 'port must be a whole number from 1 to 65535, not "65536".'],
  ['family', '5', 'family must be 4 or 6, not "5".'],
  ['protocol', 'sctp', 'protocol must be icmp or udp or tcp, not "sctp".'],
  ['cache', 'maybe', 'cache must be true or false, not "maybe".'],
  ['use_cache', '', 'use_cache must be true or false, not "".'],
  ['max_age', '1e9', 'max_age must be a whole number from 0 to 3155760000, not "1e9".'],
  ['target', ['a', 'b'], 'target is given more than once: give it once.'],
  ['target', 'x'.repeat(2049), `target must be at most 2048 characters long, not "${'x'.repeat(40)}…".`],
];

for (const [name, value, sentence] of refused) {
  t.test(sentence, async (t) => {
    t.throws(() => readQuery(TraceQuery, { target: 'example.com', [name]: value }), {
      name: 'ServerError',
      code: 'INPUT_INVALID',
      message: sentence,
    });
  });
}

t.test('whatever is read fits the schema; whatever is refused is refused with a sentence', async (t) => {
  const text = fc.oneof(fc.string(), fc.integer().map(String), fc.constantFrom('true', '0', 'icmp', '6'));
  const query = fc.dictionary(fc.constantFrom(...Object.keys(TraceQuery.properties), 'other'), text);
  fc.assert(
    fc.property(query, (query) => {
      try {
        return Value.Check(TraceQuery, readQuery(TraceQuery, query));
      } catch (error) {
        return error instanceof ServerError && error.message.endsWith('.');
      }
    }),
    { seed: seedOf(t) },
  );
  t.pass('for any query');
});
