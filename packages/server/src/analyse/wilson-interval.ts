export interface ShareInterval {
  readonly low: number;
  readonly high: number;
}

/** 97.5 % quantile of the normal distribution: two-sided 95 %. */
const Z = 1.959963984540054;

/**
 * Wilson's 95 % interval of a share, right for few trials and for shares near 0 and 1 (Wilson 1927; Brown,
 * Cai & DasGupta 2001). Of no trials it is everything, 0 to 1.
 */
export function wilsonInterval(hits: number, trials: number): ShareInterval {
  if (trials === 0) return { low: 0, high: 1 };
  const share = hits / trials;
  const z2 = Z * Z;
  const centre = (share + z2 / (2 * trials)) / (1 + z2 / trials);
  const half =
    (Z / (1 + z2 / trials)) * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials * trials));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
