'use client'
import { type FunctionComponent, type ReactNode, useEffect, useState } from 'react'

/** For what stands at the end of a page and is no part of its first load: comes once the page has loaded. */
export function AfterLoad({ children }: { children: ReactNode }) {
  const [loaded, setLoaded] = useState(false)
  useEffect(() => {
    if (document.readyState === 'complete') return setLoaded(true)
    const onLoad = () => setTimeout(() => setLoaded(true))
    window.addEventListener('load', onLoad, { once: true })
    return () => window.removeEventListener('load', onLoad)
  }, [])
  return loaded ? children : null
}

/** In place of a part whose script cannot be loaded, where a page goes on without it. */
export const orNothing = (): { default: FunctionComponent } => ({ default: () => null })
