import type { ReactNode } from 'react'

/** The heading of a part of the page, with a few words about it at its side. */
export function SectionTitle({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-wrap items-baseline gap-x-3">
      <h2 className="text-14 font-semibold">{title}</h2>
      {children && <p className="text-13 text-ink-2">{children}</p>}
    </div>
  )
}
