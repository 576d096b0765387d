/** Runs `work` on every item, at most `width` at once; the first failure ends all and is thrown. */
export async function inParallel<T>(
  items: Iterable<T>,
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]()
  let failed = false
  const worker = async () => {
    while (!failed) {
      const next = queue.next()
      if (next.done) return
      try {
        await work(next.value)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  const results = await Promise.allSettled(Array.from({ length: width }, worker))
  for (const result of results) if (result.status === 'rejected') throw result.reason
}
