/** Fires trains at a target and prints each one's stamps, a JSON line each. Runs inside the lab. */
import { openVolleys } from './volleys.js';

const [target = '', trains = '1', loads = '15', ttl = '1'] = process.argv.slice(2);
const volleys = await openVolleys(target);
const marker = { ttl: Number(ttl), bytes: 60 };
const load = { ttl: Number(ttl) + 1, bytes: 1500 };
for (let train = 0; train < Number(trains); train++) {
  const hits = await volleys.fire([marker, ...Array(Number(loads)).fill(load), marker], 50);
  const [first, last] = [hits[0]!, hits.at(-1)!];
  if (first.receivedAt !== null && last.receivedAt !== null)
    console.log(
      JSON.stringify({
        sentNs: Number(last.sentAt! - first.sentAt!),
        receivedNs: Number(last.receivedAt - first.receivedAt),
      }),
    );
}
await volleys.close();
