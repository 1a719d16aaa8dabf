import { createHmac } from 'node:crypto';
import { lookup as systemLookup } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Clock } from '@locator/probe';
import type { Permission } from '../policy/permission.js';
import { version } from '../version.js';

/** Milliseconds until the answer's status has to be there. */
const TIMEOUT_MS = 10_000;

export interface Delivery {
  readonly url: string;
  readonly secret: string;
  /** Of the event: receivers tell by it what they were told twice. */
  readonly id: number;
  readonly body: string;
  /** Whether an address may be called; asked of the very address that is connected to. */
  readonly permit: Permission;
  readonly clock: Clock;
}

/**
 * POSTs one event. Resolves with null when the receiver took it (a status of 200 to 299), else with one sentence
 * that says why not. Redirects are not followed: they would lead past `permit`.
 */
export function deliver({ url: text, secret, id, body, permit, clock }: Delivery): Promise<string | null> {
  const url = new URL(text);
  const literal = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(literal) !== 0 && !permit(literal)) return Promise.resolve(forbidden(literal));

  const stop = new AbortController();
  const cancel = clock.at(clock.now() + TIMEOUT_MS, () => stop.abort());
  return new Promise<string | null>((resolve) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const sent = send(
      url,
      {
        method: 'POST',
        agent: false,
        signal: stop.signal,
        lookup: permitted(permit),
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': `Locator/${version}`,
          'locator-event': String(id),
          'locator-signature': signature(secret, Math.floor(clock.wall() / 1000), body),
        },
      },
      (answer) => {
        const { statusCode: status = 0 } = answer;
        // Whatever the receiver has to say is not wanted.
        answer.destroy();
        resolve(status >= 200 && status < 300 ? null : refusal(status));
      },
    );
    sent.on('error', (error: NodeJS.ErrnoException) => {
      const late = `The receiver did not answer within ${TIMEOUT_MS / 1000} s.`;
      resolve(stop.signal.aborted ? late : `The receiver could not be reached: ${error.message}.`);
    });
    sent.end(body);
  }).finally(cancel);
}

/**
 * `t=<seconds since 1970>,v1=<hex>`: HMAC-SHA256 (RFC 2104) of the seconds, a full stop and the body. A receiver
 * that checks both, and that the time is near, cannot be told an old event again by somebody who listens.
 */
export function signature(secret: string, seconds: number, body: string): string {
  const code = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${code}`;
}

function refusal(status: number): string {
  const redirect = status >= 300 && status < 400 ? ', a redirect, which is not followed' : '';
  return `The receiver answered with status ${status}${redirect}.`;
}

function forbidden(address: string): string {
  return `${address} may not be called from here: it is no public address.`;
}

/** Resolves as the system does, and gives only addresses that may be called. */
function permitted(permit: Permission): LookupFunction {
  return (hostname, options, callback) => {
    systemLookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0);
      const allowed = addresses.filter(({ address }) => permit(address));
      const [first] = allowed;
      if (first === undefined) {
        callback(new Error(forbidden(addresses[0]?.address ?? hostname).slice(0, -1)), '', 0);
      } else if (options.all) {
        callback(null, allowed);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };
}
