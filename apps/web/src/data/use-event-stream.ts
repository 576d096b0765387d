'use client'
import { useEffect, useRef, useState } from 'react'

export type StreamState = 'off' | 'connecting' | 'live'

const RETRY_MS = 10_000

/**
 * Follows server-sent events of one name as long as there is a URL. The browser comes back by itself when a connection
 * breaks; after a refusal (too many listeners, a restart) it is asked again every ten seconds. `onOpen` is called each
 * time that it begins: what happened before then does not come by it.
 */
export function useEventStream<Data>(
  url: string | undefined,
  name: string,
  onEvent: (data: Data) => void,
  onOpen: () => void,
): StreamState {
  const [state, setState] = useState<StreamState>('off')
  const tell = useRef({ onEvent, onOpen })
  tell.current = { onEvent, onOpen }
  useEffect(() => {
    if (url === undefined) return setState('off')
    let timer: ReturnType<typeof setTimeout> | undefined
    let source: EventSource | undefined
    const open = () => {
      setState('connecting')
      source = new EventSource(url)
      source.onopen = () => {
        setState('live')
        tell.current.onOpen()
      }
      source.onerror = () => {
        setState('connecting')
        if (source?.readyState === EventSource.CLOSED) timer = setTimeout(open, RETRY_MS)
      }
      source.addEventListener(name, (event) => tell.current.onEvent(JSON.parse(event.data)))
    }
    open()
    return () => {
      clearTimeout(timer)
      source?.close()
    }
  }, [url, name])
  return state
}
