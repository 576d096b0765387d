import type { ReactNode } from 'react'

/** A titled part of a long form. */
export function FormPart({ title, children }: { title?: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-4 border-t border-line p-4 first:border-t-0">
      {title && <h2 className="text-14 font-semibold">{title}</h2>}
      {children}
    </section>
  )
}
