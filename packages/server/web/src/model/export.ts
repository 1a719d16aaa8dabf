import type { Hop } from '../api/hop.js';

const columns: readonly (readonly [name: string, value: (hop: Hop) => string | number | null])[] = [
  ['hop', ({ hop }) => hop],
  ['ip', ({ ip }) => ip],
  ['hostname', ({ hostname }) => hostname],
  ['latency_ms', ({ latency }) => latency],
  ['min_ms', ({ rtt }) => rtt?.min ?? null],
  ['max_ms', ({ rtt }) => rtt?.max ?? null],
  ['jitter_ms', ({ jitter_ms }) => jitter_ms?.mean ?? null],
  ['sent', ({ loss }) => loss.sent],
  ['received', ({ loss }) => loss.received],
  ['loss_verdict', ({ loss }) => loss.verdict],
  ['bandwidth_mbps', ({ capacity }) => capacity.mbps],
  ['bandwidth_kind', ({ capacity }) => capacity.kind],
  ['location', ({ location }) => location],
  ['asn', ({ network }) => network?.asn ?? null],
  ['network', ({ network }) => network?.name ?? null],
  ['threats', ({ threats }) => threats.map(({ list, prefix }) => `${list} ${prefix}`).join('; ')],
];

/** RFC 4180, with a header line. What starts like a formula is made text: spreadsheets would run it. */
export function toCsv(hops: readonly Hop[]): string {
  const rows = [columns.map(([name]) => name), ...hops.map((hop) => columns.map(([, value]) => value(hop)))];
  return `${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Lines as a terminal would show them. */
export function toText(hops: readonly Hop[]): string {
  const rows = hops.map((hop) => [
    String(hop.hop),
    hop.hostname === null ? hop.ip : `${hop.hostname} (${hop.ip})`,
    hop.latency === null ? '*' : `${hop.latency.toFixed(2)} ms`,
    hop.packet_loss,
    hop.network === null ? '' : `AS${hop.network.asn} ${hop.network.name}`,
    hop.location === 'Unknown' ? '' : hop.location,
  ]);
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row
      .map((text, column) =>
        column === 0 || column === 2 || column === 3
          ? text.padStart(widths[column]!)
          : text.padEnd(widths[column] ?? 0),
      )
      .join('  ');
  return `${rows.map((row) => line(row).trimEnd()).join('\n')}\n`;
}

export function toJson(hops: readonly Hop[]): string {
  return `${JSON.stringify(hops, null, 2)}\n`;
}
