import type { RefObject } from 'react'
import { useEffect, useRef } from 'react'
import { isTyping } from './filter-field.tsx'

/** j and k walk the rows, x selects, Enter opens the row's link; Shift with x selects up to here. */
export function useTableKeys(
  box: RefObject<HTMLElement | null>,
  toggle: ((index: number, range: boolean) => void) | undefined,
) {
  const toggleNow = useRef(toggle)
  toggleNow.current = toggle
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      const rows = [...(box.current?.querySelectorAll<HTMLElement>('tr[data-row]') ?? [])]
      const active = document.activeElement?.closest<HTMLElement>('tr[data-row]') ?? null
      const at = active ? rows.indexOf(active) : -1
      const key = event.key.toLowerCase()
      if (key === 'j' || key === 'k') {
        const next = rows[key === 'j' ? Math.min(at + 1, rows.length - 1) : Math.max(at - 1, 0)]
        next?.focus()
        next?.scrollIntoView({ block: 'nearest' })
        event.preventDefault()
      } else if (key === 'x' && active && toggleNow.current) {
        toggleNow.current(Number(active.dataset.row), event.shiftKey)
        event.preventDefault()
      } else if (event.key === 'Enter' && active && document.activeElement === active) {
        active.querySelector<HTMLElement>('[data-row-name] a, [data-row-name] button')?.click()
        event.preventDefault()
      }
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [box])
}
