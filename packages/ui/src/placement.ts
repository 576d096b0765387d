/** Puts a fixed box under its anchor, or above it where there is no room, always inside the window. */
export function placeBeside(anchor: Element, box: HTMLElement, gapPx = 4): void {
  const at = anchor.getBoundingClientRect()
  const { offsetWidth: width, offsetHeight: height } = box
  const alignEnd = at.left + width > window.innerWidth - 8
  const left = alignEnd ? at.right - width : at.left
  const below = at.bottom + gapPx
  const top = below + height > window.innerHeight - 8 ? Math.max(8, at.top - height - gapPx) : below
  box.style.left = `${Math.max(8, Math.min(left, window.innerWidth - width - 8))}px`
  box.style.top = `${top}px`
}
