/** Keeps the event loop busy for 50 ms at a random moment of every 200 ms, until the returned function is called. */
export function blockEventLoop(seed) {
  let state = seed >>> 0;
  /** Linear congruential (Numerical Recipes), 0 to 1. */
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  let timer;
  let window = performance.now();
  const next = () => {
    const start = window + random() * 150;
    window += 200;
    timer = setTimeout(() => {
      const end = performance.now() + 50;
      while (performance.now() < end);
      next();
    }, start - performance.now());
  };
  next();
  return () => clearTimeout(timer);
}
