import type { Description } from '@locator/intel';
import type { Random } from './random.js';

/** A router, and the link by which it is reached. Times are milliseconds of the round trip. */
export interface Router {
  readonly address: string;
  readonly about: Description;
  readonly silent: boolean;
  /** Answers in a burst before it keeps the others back; infinite where it does not limit. */
  readonly burst: number;
  /** Extra time of its answers: constant (another way back), and by chance, mean (a slow processor). */
  readonly detourMs: number;
  readonly slowMs: number;
  readonly linkMs: number;
  /** Mean of the queues that each packet meets, and of those that all packets of a trace do. */
  readonly packetQueueMs: number;
  readonly traceQueueMs: number;
}

/** One or more ways to the next stage, of equal length; each flow takes one of them by chance. */
export interface Stage {
  readonly branches: readonly (readonly Router[])[];
}

export interface Network {
  readonly stages: readonly Stage[];
  readonly target: string;
  /** The last router of the last stage: it answers as the destination. */
  readonly destination: Router;
}

/** What a path is made of. */
export interface Traits {
  /** Share of stages that are balanced, and over how many branches. */
  readonly balanced: number;
  readonly widths: readonly number[];
  /** Shares of routers that never answer, and that keep answers back. */
  readonly silent: number;
  readonly limited: number;
}

export const MIXED: Traits = {
  balanced: 0.15,
  widths: [2, 2, 2, 3, 4, 4, 8, 16],
  silent: 0.08,
  limited: 0.08,
};

/** Where routers stand. */
const COUNTRIES = [
  { code: 'DE', lat: 50.1, lon: 8.7 },
  { code: 'GB', lat: 51.5, lon: -0.1 },
  { code: 'NL', lat: 52.4, lon: 4.9 },
  { code: 'US', lat: 39, lon: -77.5 },
  { code: 'JP', lat: 35.7, lon: 139.7 },
  { code: 'BR', lat: -23.5, lon: -46.6 },
  { code: 'ZA', lat: -26.2, lon: 28 },
  { code: 'SG', lat: 1.3, lon: 103.8 },
] as const;
type Country = (typeof COUNTRIES)[number];

/** Makes routers with addresses and networks that nobody else has. */
export class Supply {
  readonly #random: Random;
  readonly #traits: Traits;
  #addresses = 0;
  #networks = 64512;

  constructor(random: Random, traits: Traits) {
    this.#random = random;
    this.#traits = traits;
  }

  network(): number {
    return this.#networks++;
  }

  country(others: readonly string[] = []): Country {
    return this.#random.pick(COUNTRIES.filter(({ code }) => !others.includes(code)));
  }

  /** Round trip on a link that is long enough from any other country, milliseconds. */
  farthest(code: string | null): number {
    const here = COUNTRIES.find((one) => one.code === code);
    return here === undefined ? 0 : Math.max(...COUNTRIES.map((there) => linkMs(here, there)));
  }

  router(asn: number | null, code: string | null, changes: Partial<Router> = {}): Router {
    const random = this.#random;
    const number = ++this.#addresses;
    const address = `${asn === null ? 10 : 100}.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
    const country = COUNTRIES.find((one) => one.code === code);
    return {
      address,
      about: {
        address,
        special: null,
        place: country
          ? {
              city: null,
              subdivisions: [],
              country: country.code,
              countryCode: country.code,
              lat: country.lat,
              lon: country.lon,
              radiusKm: 50,
              timezone: null,
              source: 'a simulation',
            }
          : null,
        network: asn === null ? null : { asn, name: `AS${asn}`, prefix: null, source: 'a simulation' },
        threats: [],
      },
      silent: random.chance(this.#traits.silent),
      burst: random.chance(this.#traits.limited) ? random.integer(1, 2) : Number.POSITIVE_INFINITY,
      detourMs: random.chance(0.2) ? random.between(0, 8) : 0,
      slowMs: random.chance(0.1) ? random.between(2, 10) : random.factor(0.02, 0.5),
      linkMs: random.factor(0.1, 6),
      packetQueueMs: random.factor(0.01, 0.3),
      traceQueueMs: random.factor(0.01, 0.2),
      ...changes,
    };
  }

  stage(asn: number | null, code: string | null): Stage {
    const random = this.#random;
    if (!random.chance(this.#traits.balanced)) return { branches: [[this.router(asn, code)]] };
    const length = random.integer(1, 2);
    // Branches are alike: what a balancer splits is worth the same.
    const likeness = Array.from({ length }, () => {
      const { detourMs, linkMs, packetQueueMs, traceQueueMs } = this.router(asn, code);
      return { detourMs, linkMs, packetQueueMs, traceQueueMs };
    });
    const width = random.pick(this.#traits.widths);
    return {
      branches: Array.from({ length: width }, () =>
        likeness.map((like) =>
          this.router(asn, code, { ...like, linkMs: like.linkMs * random.between(0.95, 1.05) }),
        ),
      ),
    };
  }
}

/** A path through a home network and two or three others, 8 to 20 hops. */
export function aNetwork(random: Random, supply: Supply, target: string): Network {
  const home = supply.country();
  const stages: Stage[] = [];
  stages.push({ branches: [[supply.router(null, null, { linkMs: 0.3, silent: false })]] });
  let here = home;
  for (let network = random.integer(2, 4); network > 0; network--) {
    const asn = supply.network();
    for (let routers = random.integer(2, 4); routers > 0; routers--)
      stages.push(supply.stage(asn, here.code));
    if (random.chance(0.5)) {
      const there = supply.country([here.code]);
      stages.push({
        branches: [[supply.router(asn, there.code, { linkMs: linkMs(here, there), silent: false })]],
      });
      here = there;
    }
  }
  const destination = supply.router(supply.network(), here.code, {
    silent: false,
    burst: Number.POSITIVE_INFINITY,
    slowMs: 0.05,
    detourMs: 0,
  });
  stages.push({ branches: [[destination]] });
  return { stages, target, destination };
}

/** There and back by fibre that is a third longer than the great circle. */
function linkMs(here: Country, there: Country): number {
  return (1.33 * kilometres(here, there)) / 100;
}

/** Great circle, haversine formula. */
function kilometres(a: Country, b: Country): number {
  const radians = Math.PI / 180;
  const square =
    Math.sin(((b.lat - a.lat) * radians) / 2) ** 2 +
    Math.cos(a.lat * radians) * Math.cos(b.lat * radians) * Math.sin(((b.lon - a.lon) * radians) / 2) ** 2;
  return 2 * 6371 * Math.asin(Math.sqrt(square));
}
