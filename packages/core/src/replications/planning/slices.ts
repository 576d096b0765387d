/** A repository may have a million tags: what waits for its turn is held in memory, so no more than these wait at once. */
const SLICE = 1_000

/** Does the work for all of them, some at once. @throws what the work throws first; the rest of its slice goes on */
export async function inSlices<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < items.length; start += SLICE)
    await Promise.all(items.slice(start, start + SLICE).map(work))
}
