type Labels = Readonly<Record<string, string>>;
type Kind = 'counter' | 'gauge';

/** One number of the exposition with its labels. */
export interface Reading {
  readonly labels: Labels;
  readonly value: number;
}

/** Counts what happens, and writes it together with readings taken on the spot. */
export class Metrics {
  readonly #counters = new Map<string, { readonly help: string; readonly values: Map<string, Reading> }>();

  /** Adds `by` to the counter of this name and these labels; the first call of a name sets its help text. */
  count(name: string, help: string, labels: Labels = {}, by = 1): void {
    const counter = this.#counters.get(name) ?? { help, values: new Map() };
    this.#counters.set(name, counter);
    const key = JSON.stringify(labels);
    counter.values.set(key, { labels, value: (counter.values.get(key)?.value ?? 0) + by });
  }

  /** All counters in the Prometheus text format. */
  write(): string {
    return [...this.#counters]
      .map(([name, { help, values }]) => exposition(name, 'counter', help, [...values.values()]))
      .join('');
  }
}

/** One metric in the Prometheus text format, version 0.0.4; empty where there is nothing to say. */
export function exposition(name: string, kind: Kind, help: string, readings: readonly Reading[]): string {
  if (readings.length === 0) return '';
  const lines = readings.map(({ labels, value }) => `${name}${labelled(labels)} ${value}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`, ...lines, ''].join('\n');
}

function labelled(labels: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
