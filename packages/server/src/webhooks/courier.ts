import type { Clock } from '@locator/probe';
import { type Permission, permission } from '../policy/permission.js';
import type { ChangeEvent, EventStore } from '../store/event-store.js';
import type { Progress, Webhook, WebhookStore } from '../store/webhook-store.js';
import type { Log, TraceKeeper } from '../trace-keeper.js';
import { encodeEvent } from '../wire/event.js';
import { deliver } from './deliver.js';

/** Milliseconds after which it looks for events of other processes, and for attempts that are due. */
const POLL_MS = 5000;

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 3_600_000;

/** An event older than this, that could not be delivered, is given up. */
const GIVE_UP_MS = 3 * 86_400_000;

const BATCH = 100;

interface CourierTools {
  readonly webhooks: WebhookStore;
  readonly events: EventStore;
  readonly keeper: Pick<TraceKeeper, 'onStored'>;
  readonly clock: Clock;
  /** For webhooks that clients have made; those of the configuration may call anybody. */
  readonly permit: Permission;
  readonly log: Log;
  /** 0 to 1; Math.random unless given. */
  readonly random?: () => number;
  readonly send?: typeof deliver;
}

/**
 * Tells webhooks of events: each in order, one at a time, at least once. What could not be delivered is tried
 * again, later and later, also after a restart. One receiver that is slow does not hold up another.
 */
export class Courier {
  readonly #tools: CourierTools;
  /** Webhooks that are being told right now. */
  readonly #busy = new Map<number, Promise<void>>();
  /** Where delivery is, also while the store cannot note it. */
  readonly #states = new Map<number, State>();
  #unlisten = () => {};
  #cancel = () => {};
  #stopped = false;
  #isBlind = false;

  constructor(tools: CourierTools) {
    this.#tools = tools;
  }

  start(): void {
    this.#unlisten = this.#tools.keeper.onStored(() => this.look());
    this.look();
  }

  /** Sees to everything that is due now. */
  look(): void {
    if (this.#stopped) return;
    const { clock, log } = this.#tools;
    this.#cancel();
    this.#cancel = clock.at(clock.now() + POLL_MS, () => this.look());
    this.#start().then(
      () => {
        this.#isBlind = false;
      },
      (error: unknown) => {
        // Once, and not every few seconds for as long as it lasts.
        if (!this.#isBlind) log.error({ err: error }, 'events cannot be delivered: the store cannot be read');
        this.#isBlind = true;
      },
    );
  }

  /** Begins no delivery any more, and waits for those under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unlisten();
    this.#cancel();
    await Promise.all(this.#busy.values());
  }

  async #start(): Promise<void> {
    for (const webhook of await this.#tools.webhooks.all()) {
      const { id } = webhook;
      if (this.#stopped || this.#busy.has(id)) continue;
      const told = this.#tell(webhook)
        .catch((error: unknown) => {
          this.#tools.log.error({ err: error, webhook: id }, 'a webhook could not be told of events');
        })
        .finally(() => this.#busy.delete(id));
      this.#busy.set(id, told);
    }
  }

  async #tell(webhook: Webhook): Promise<void> {
    const { events, clock } = this.#tools;
    let state = this.#states.get(webhook.id) ?? webhook;
    for (;;) {
      if (state.nextAt > clock.wall()) return;
      const last = await events.lastId();
      if (last <= state.seen) return;
      const found = await events.after(state.seen, webhook.filter, BATCH);
      for (const event of found) {
        if (this.#stopped) return;
        state = await this.#attempt(webhook, state, event);
        if (state.seen < event.id) return;
      }
      // What the filter leaves out is not looked at again.
      if (found.length < BATCH) state = await this.#note(webhook.id, { ...state, seen: last });
    }
  }

  async #attempt(webhook: Webhook, state: State, event: ChangeEvent): Promise<State> {
    const { clock, permit, random = Math.random, send = deliver, log } = this.#tools;
    const { id, origin, url, secret } = webhook;
    const problem = await send({
      url,
      secret,
      id: event.id,
      body: JSON.stringify(encodeEvent(event)),
      permit: origin === 'config' ? permission('any') : permit,
      clock,
    });
    const now = clock.wall();
    const { delivered, givenUp, lastDeliveredAt } = state.progress;
    if (problem === null) {
      const progress = { delivered: delivered + 1, givenUp, lastDeliveredAt: now, problem };
      return this.#note(id, { seen: event.id, attempts: 0, nextAt: 0, progress });
    }

    log.warn({ webhook: id, event: event.id, problem }, 'a webhook was not delivered');
    const isOver = now - event.at > GIVE_UP_MS;
    const attempts = state.attempts + 1;
    const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 4 ** (attempts - 1)) * (0.75 + random() / 2);
    const progress: Progress = { delivered, givenUp: givenUp + (isOver ? 1 : 0), lastDeliveredAt, problem };
    // A receiver that was away for days is not asked for each event that was given up.
    return this.#note(id, {
      seen: isOver ? event.id : state.seen,
      attempts,
      nextAt: isOver ? state.nextAt : now + wait,
      progress,
    });
  }

  async #note(id: number, state: State): Promise<State> {
    const { seen, attempts, nextAt, progress } = state;
    const noted = { seen, attempts, nextAt, progress };
    this.#states.set(id, noted);
    await this.#tools.webhooks.note(id, noted);
    return noted;
  }
}

type State = Pick<Webhook, 'seen' | 'attempts' | 'nextAt' | 'progress'>;
