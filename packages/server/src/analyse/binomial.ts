/** Logarithms of the factorials, as far as they have been needed. */
const logFactorials = [0, 0];

function logFactorial(n: number): number {
  for (let next = logFactorials.length; next <= n; next++) {
    logFactorials.push(logFactorials[next - 1]! + Math.log(next));
  }
  return logFactorials[n]!;
}

/** Logarithm of the number of ways to choose `k` of `n`. */
export function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/** The probability of `k` in `n` at 0 < `p` < 1 each. */
export function binomial(k: number, n: number, p: number): number {
  return Math.exp(logChoose(n, k) + k * Math.log(p) + (n - k) * Math.log1p(-p));
}

/** The probability of at most `k` in `n` at 0 < `p` < 1 each. */
export function atMost(k: number, n: number, p: number): number {
  if (k >= n) return 1;
  // Outwards from `k` on the side of the smaller terms, until they no longer count.
  const isBelow = k < n * p;
  const odds = p / (1 - p);
  let term = binomial(isBelow ? k : k + 1, n, p);
  let sum = 0;
  for (
    let at = isBelow ? k : k + 1;
    at >= 0 && at <= n && term > sum * Number.EPSILON;
    at += isBelow ? -1 : 1
  ) {
    sum += term;
    term *= isBelow ? at / ((n - at + 1) * odds) : ((n - at) * odds) / (at + 1);
  }
  return isBelow ? sum : 1 - sum;
}
