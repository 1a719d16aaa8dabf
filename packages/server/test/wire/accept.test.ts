import t from 'tap';
import { acceptedFormat } from '../../src/wire/accept.js';

const cases: readonly [accept: string | undefined, format: ReturnType<typeof acceptedFormat>, why: string][] =
  [
    [undefined, null, 'no header'],
    ['', null, 'an empty header'],
    ['*/*', null, 'curl'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', null, 'a browser'],
    ['application/json, text/plain, */*', null, 'axios'],
    ['application/json', 'array', 'JSON alone'],
    ['application/json;charset=utf-8', 'array', 'JSON with a parameter'],
    ['Application/JSON', 'array', 'in capitals'],
    ['application/x-ndjson', 'ndjson', 'NDJSON alone'],
    ['application/x-ndjson, */*', 'ndjson', 'NDJSON beside a wildcard'],
    ['text/event-stream', 'events', 'an EventSource'],
    ['text/event-stream, application/json', 'events', 'equal weights: the more live one'],
    ['application/json, application/x-ndjson;q=0.5', 'array', 'the higher weight'],
    ['application/x-ndjson;q=0.4, text/event-stream;q=0.3', 'ndjson', 'the higher weight'],
    ['application/x-ndjson;q=0, application/json', 'array', 'a weight of 0 refuses'],
    ['application/json, */*;q=0', 'array', 'a refused wildcard is none'],
    ['text/plain', null, 'nothing we have'],
    ['application/json;q=abc', null, 'a weight that is none'],
  ];

for (const [accept, format, why] of cases) {
  t.equal(acceptedFormat(accept), format, `${why}: ${accept}`);
}
