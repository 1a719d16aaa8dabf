/** The same items, once the first of them (or the end) is there. Rejects if getting there fails. */
export async function firstAwaited<T>(items: AsyncGenerator<T, void>): Promise<AsyncGenerator<T, void>> {
  let next = await items.next();
  return (async function* () {
    try {
      for (; !next.done; next = await items.next()) yield next.value;
    } finally {
      await items.return();
    }
  })();
}
