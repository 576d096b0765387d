'use client'
import { useEffect, useRef, useState } from 'react'
import { followEvents, type StreamState } from './follow-events.ts'

/** Follows server-sent events of one name as long as there is a URL; see `followEvents`. */
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
    return followEvents<Data>(url, name, {
      onEvent: (data) => tell.current.onEvent(data),
      onOpen: () => tell.current.onOpen(),
      onState: setState,
    })
  }, [url, name])
  return state
}
