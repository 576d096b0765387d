/** Said by the page, on `window`, once what it shows answers to clicks. */
export const pageReady = 'berth:ready'

/**
 * The server's page is on the screen before its script has arrived. Clicks on controls are kept until `ready` is said
 * and are then given to the page in their order; twice on the same control counts once. Links need no script and go
 * their own way. Runs in the browser as text inside the page: it may use nothing from outside itself.
 */
export function keepEarlyClicks(ready: string): void {
  const controls = 'button, input[type="checkbox"], input[type="radio"], input[type="submit"]'
  const waiting = new Set<HTMLElement>()
  const keep = (event: MouseEvent) => {
    const control = event.target instanceof Element && event.target.closest<HTMLElement>(controls)
    if (!control) return
    event.preventDefault()
    event.stopPropagation()
    waiting.add(control)
  }
  window.addEventListener('click', keep, true)
  window.addEventListener(
    ready,
    () => {
      window.removeEventListener('click', keep, true)
      // Each in a task of its own: what one changes on the page holds for the next.
      const give = () => {
        const [control] = waiting
        if (!control) return
        waiting.delete(control)
        control.click()
        setTimeout(give)
      }
      give()
    },
    { once: true },
  )
}
