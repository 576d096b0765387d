/**
 * An async generator as a web stream that reads only when it is read. (`ReadableStream.from` does the same, but is missing from the
 * browser's types, which some other package may bring into a type check.)
 * @param onUnread called when the stream is cancelled before its first read: a generator never started cannot clean up itself
 */
export function toStream(
  chunks: AsyncGenerator<Uint8Array>,
  onUnread?: () => Promise<void>,
): ReadableStream<Uint8Array> {
  let started = false
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        started = true
        const { done, value } = await chunks.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      async cancel() {
        if (started) await chunks.return(undefined)
        else await onUnread?.()
      },
    },
    { highWaterMark: 0 },
  )
}
