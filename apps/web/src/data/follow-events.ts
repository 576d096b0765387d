export type StreamState = 'off' | 'connecting' | 'live'

const RETRY_MS = 10_000
const LOOK_EVERY_MS = 5_000
/** A clock that jumped so far stood still: the machine slept, or the browser stopped the page. */
const SLEPT_MS = 30_000

interface Follower<Data> {
  onEvent: (data: Data) => void
  /** Each time that it begins: what happened before then does not come by it. */
  onOpen: () => void
  onState: (state: StreamState) => void
}

/**
 * Follows server-sent events of one name. The browser comes back by itself when it learns that a connection broke; after
 * a refusal (too many listeners, a restart) it is asked again every ten seconds. Behind a machine that slept or a network
 * that changed, a connection may be gone without a word: then it is opened anew. Gives what ends it.
 */
export function followEvents<Data>(
  url: string,
  name: string,
  { onEvent, onOpen, onState }: Follower<Data>,
): () => void {
  let retry: ReturnType<typeof setTimeout> | undefined
  let source: EventSource | undefined
  const open = () => {
    clearTimeout(retry)
    source?.close()
    onState('connecting')
    const opened = new EventSource(url)
    source = opened
    opened.onopen = () => {
      onState('live')
      onOpen()
    }
    opened.onerror = () => {
      onState('connecting')
      if (opened.readyState === EventSource.CLOSED) retry = setTimeout(open, RETRY_MS)
    }
    opened.addEventListener(name, (event) => onEvent(JSON.parse(event.data)))
  }
  let lookedMs = Date.now()
  const look = () => {
    // Browsers run the timers of a page in the background once a minute; it catches up when it comes to the front.
    if (document.hidden) return
    const slept = Date.now() - lookedMs > SLEPT_MS
    lookedMs = Date.now()
    if (slept) open()
  }
  const timer = setInterval(look, LOOK_EVERY_MS)
  window.addEventListener('online', open)
  document.addEventListener('visibilitychange', look)
  open()
  return () => {
    clearInterval(timer)
    clearTimeout(retry)
    window.removeEventListener('online', open)
    document.removeEventListener('visibilitychange', look)
    source?.close()
  }
}
