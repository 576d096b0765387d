import { cx } from '@berth/ui'
import type { ReactNode } from 'react'

/** A part that scrolls by itself and can be reached and scrolled by the keyboard. */
export function ScrollBox({
  label,
  className,
  children,
}: {
  label: string
  className?: string
  children: ReactNode
}) {
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      className={cx('max-h-60 overflow-auto', className)}
    >
      {children}
    </section>
  )
}
