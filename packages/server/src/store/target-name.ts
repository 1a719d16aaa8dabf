import { isIP } from 'node:net';

/**
 * A target as the store knows it: lower case, without brackets and without the final dot; an IPv6 address
 * in the one spelling of RFC 5952.
 */
export function targetName(text: string): string {
  const name = text
    .trim()
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/(?<=[^.])\.$/, '');
  if (isIP(name) !== 6 || name.includes('%')) return name;
  return new URL(`http://[${name}]`).hostname.slice(1, -1);
}

/** Whether a target (as `targetName` gives it) is an address, which has no subdomains. */
export function isAddress(name: string): boolean {
  return isIP(name) !== 0;
}

/**
 * A host name's labels from the root on, each with its dot: `www.youtube.com` → `com.youtube.www.`. A domain
 * and all its subdomains, and nothing else, begin with the same text: a range of a sorted index. An address
 * stands for itself.
 */
export function reversedLabels(name: string): string {
  return isAddress(name) ? name : `${name.split('.').reverse().join('.')}.`;
}

/** Whether `name` is `domain` or one of its subdomains. Both as `targetName` gives them. */
export function isWithin(name: string, domain: string): boolean {
  return isAddress(domain) ? name === domain : reversedLabels(name).startsWith(reversedLabels(domain));
}

/** The `reversedLabels` of a domain and all its subdomains, or of one address: from … to, without the latter. */
export function labelRange(name: string): { readonly from: string; readonly to: string } {
  const from = reversedLabels(name);
  // After every text that begins with `from`: '/' follows '.' in ASCII, and no address goes on after itself.
  return { from, to: isAddress(name) ? `${from}\0` : `${from.slice(0, -1)}/` };
}
