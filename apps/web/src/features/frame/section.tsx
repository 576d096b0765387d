import { cx } from '@berth/ui'
import type { ReactNode } from 'react'

type Props = { title: string; description?: ReactNode; danger?: boolean; children: ReactNode }

/** A titled box of a settings page; `danger` sets apart what cannot be undone. */
export function Section({ title, description, danger, children }: Props) {
  return (
    <section className={cx('rounded-md border bg-surface', danger ? 'border-bad' : 'border-line')}>
      <header className={cx('border-b px-4 py-3', danger ? 'border-bad text-bad' : 'border-line')}>
        <h2 className="text-14 font-semibold">{title}</h2>
        {description && <p className="mt-0.5 text-13 text-ink-2">{description}</p>}
      </header>
      <div className="p-4">{children}</div>
    </section>
  )
}
