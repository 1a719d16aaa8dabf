/** Longest text taken over from a file or a name server. */
const LONGEST = 256;

/**
 * `value` as text that can be shown, or null. Databases and lists are other people's files: what is no text,
 * empty or far too long is left out, and control and direction characters (which would let a name rewrite a
 * terminal or a line of output) are removed.
 */
export function legible(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > LONGEST) return null;
  const text = UNFIT.test(value) ? value.replace(ALL_UNFIT, '').trim() : value.trim();
  return text === '' ? null : text;
}

/** Unicode categories Cc, Cf, Cs, Zl and Zp, and the replacement character of a broken encoding. */
const UNFIT = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\uFFFD]/u;
const ALL_UNFIT = new RegExp(UNFIT.source, 'gu');
