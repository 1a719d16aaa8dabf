/**
 * What a name server gives as a host name, in lower case without the final dot, or null when it cannot be one.
 * Names in reverse zones are whatever their owner likes: only letters, digits, hyphens and underscores in labels
 * of at most 63 bytes and 253 in all (RFC 1035 section 2.3.4) are shown to anybody.
 */
export function hostnameOf(answer: unknown): string | null {
  if (typeof answer !== 'string' || answer.length > 254) return null;
  const name = (answer.endsWith('.') ? answer.slice(0, -1) : answer).toLowerCase();
  return name.length <= 253 && NAME.test(name) ? name : null;
}

const LABEL = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);
