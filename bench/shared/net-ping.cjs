// Traces a target so many times with net-ping, one probe per hop, and prints a run per trace. Runs inside the
// lab. It times with Date: whole milliseconds.
const { createRequire } = require('node:module');
const { join } = require('node:path');

const ping = createRequire(join(__dirname, '../../packages/server/package.json'))('net-ping');

const [target, runs] = process.argv.slice(2);
// While a request is being sent nothing refers to the session but this: it would be collected, socket and all, and the
// process would end.
globalThis.session = ping.createSession({ timeout: 1000, retries: 0 });
const { session } = globalThis;
let left = Number(runs);

function trace() {
  const readings = [];
  const began = performance.now();
  const startedAt = performance.timeOrigin + began;
  session.traceRoute(
    target,
    { ttl: 30 },
    (error, _, ttl, sent, received) => {
      const answered = error === null || error instanceof ping.TimeExceededError;
      readings.push({ ttl, rttsMs: [answered ? received - sent : null] });
    },
    () => {
      console.log(JSON.stringify({ startedAt, tookMs: performance.now() - began, readings }));
      left -= 1;
      if (left > 0) setTimeout(trace, 50);
      else session.close();
    },
  );
}
trace();
