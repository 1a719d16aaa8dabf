import { openTracer } from '@locator/probe';
import { readSettings } from '../read-settings.js';
import { openDescriptions, openStore } from '../services.js';
import type { Config } from '../settings.js';
import { version } from '../version.js';
import type { Command } from './command.js';
import { configFlags } from './config-flags.js';
import { printable } from './printable.js';
import { privileges } from './privileges.js';
import { witnessRtt } from './witness.js';

const LOOPBACK = '127.0.0.1';

export const doctor: Command = {
  name: 'doctor',
  summary: 'Say what works here and what does not: sockets, privileges, databases, store',
  operand: '',
  flags: configFlags('dataDir'),

  async run(_target, values, { out, env }) {
    const config = readSettings(env, values);
    const section = (title: string, lines: readonly string[]) =>
      out.write(`${title}\n${lines.map((line) => `  ${printable(line)}\n`).join('')}`);

    section('System', [
      `Locator ${version}, Node ${process.version}, ${process.platform} ${process.arch}`,
      ...(await privileges()),
    ]);
    const sockets = await Promise.all((['native', 'unprivileged', 'raw-socket'] as const).map(trySocket));
    section(
      'Sockets',
      sockets.map(({ line }) => line),
    );
    section('Round-trip time to this machine', [await ourRtt(), await theirRtt()]);
    section('Databases and lists', await sources(config));
    section('Store', await storeState(config));
    return sockets.some(({ works }) => works) ? 0 : 1;
  },
};

async function trySocket(name: 'native' | 'unprivileged' | 'raw-socket') {
  try {
    const tracer = await openTracer({ sockets: name });
    const { stamps } = tracer.socket;
    await tracer.close();
    return { works: true, line: `${name}: works, ${stamps} time stamps` };
  } catch (error) {
    return { works: false, line: `${name}: no. ${messageOf(error)}` };
  }
}

async function ourRtt(): Promise<string> {
  try {
    const tracer = await openTracer();
    try {
      const { hops, socket } = await tracer.trace(LOOPBACK, { maxHops: 1 }).result;
      const rtt = hops.at(-1)?.rtt;
      if (rtt === null || rtt === undefined) return `${LOOPBACK} did not answer`;
      return `ours: ${rtt.median.toFixed(3)} ms (median of ${rtt.samples}; ${socket}, ${rtt.stamps} time stamps)`;
    } finally {
      await tracer.close();
    }
  } catch (error) {
    return `ours: not measured. ${messageOf(error)}`;
  }
}

async function theirRtt(): Promise<string> {
  try {
    return `net-ping: ${await witnessRtt(LOOPBACK)} ms (whole milliseconds: it cannot tell more)`;
  } catch (error) {
    return `net-ping: not measured. ${messageOf(error)}`;
  }
}

async function sources(config: Config): Promise<string[]> {
  const intel = await openDescriptions(config);
  try {
    return intel.sources().map(({ name, kind, updatedAt, entries, state, problem }) => {
      const size = entries === null ? '' : `, ${entries} entries`;
      if (state === 'not-fetched') return `${name} (${kind}): not fetched yet; locator update does`;
      return `${name} (${kind}): ${problem ?? `of ${updatedAt ?? 'an unknown date'}${size}`}`;
    });
  } finally {
    await intel.close();
  }
}

async function storeState(config: Config): Promise<string[]> {
  const store = await openStore(config);
  const { problem = null } = store;
  try {
    if (problem !== null) return [problem];
    const { traces, targets, interrupted } = await store.counts();
    return [`${config.dataDir}: ${traces} traces of ${targets} targets, ${interrupted} interrupted`];
  } finally {
    await store.close();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
