'use client'
import { useEffect, useRef } from 'react'

/**
 * One layer for every tooltip: an element with `data-tip` shows that text on hover and on focus. The text repeats
 * or completes a name that assistive technology already has, so the layer itself is hidden from it (WCAG 1.4.13:
 * Escape closes it).
 */
export function TooltipLayer() {
  const layer = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const box = layer.current
    if (!box) return
    // What is around the owner may grow while the tooltip is open, as a dialog does in the middle of the screen.
    const grown = new ResizeObserver(() => place())
    let owner: HTMLElement | null = null
    const hide = () => {
      grown.disconnect()
      if (box.matches(':popover-open')) box.hidePopover()
    }
    const place = () => {
      if (!owner?.isConnected) return hide()
      const at = owner.getBoundingClientRect()
      const left = at.left + at.width / 2 - box.offsetWidth / 2
      const above = at.bottom + box.offsetHeight + 8 > window.innerHeight
      box.style.left = `${Math.max(8, Math.min(left, window.innerWidth - box.offsetWidth - 8))}px`
      box.style.top = `${above ? at.top - box.offsetHeight - 6 : at.bottom + 6}px`
    }
    const show = (event: Event) => {
      owner = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-tip]') : null
      if (!owner?.dataset.tip) return hide()
      if (event.type === 'focusin' && !owner.matches(':focus-visible')) return
      box.textContent = owner.dataset.tip
      if (!box.matches(':popover-open')) box.showPopover()
      place()
      grown.disconnect()
      grown.observe(owner.closest('dialog') ?? document.body)
    }
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && hide()
    const listeners: [string, (event: never) => void][] = [
      ['mouseover', show],
      ['focusin', show],
      ['focusout', hide],
      ['mousedown', hide],
      ['keydown', onKey],
    ]
    for (const [type, run] of listeners) document.addEventListener(type, run as EventListener)
    window.addEventListener('scroll', hide, true)
    return () => {
      grown.disconnect()
      for (const [type, run] of listeners) document.removeEventListener(type, run as EventListener)
      window.removeEventListener('scroll', hide, true)
    }
  }, [])
  return (
    <div
      ref={layer}
      popover="manual"
      aria-hidden="true"
      className="pointer-events-none fixed inset-auto m-0 max-w-96 rounded-md border-0 bg-ink px-2 py-1 text-12 break-all text-surface shadow-2"
    />
  )
}
