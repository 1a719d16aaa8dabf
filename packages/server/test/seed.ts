interface Test {
  comment(text: string): void;
}

/** The seed of this run's random cases: printed, and taken from SEED to replay a run. */
export function seedOf(t: Test): number {
  const value = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
  t.comment(`SEED=${value}`);
  return value;
}
