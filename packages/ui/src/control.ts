import { cx } from './class-names.ts'

/** The look of everything one types or chooses in. */
export const control = cx(
  'w-full rounded-md border border-control bg-surface px-2.5 text-13 text-ink',
  'aria-invalid:border-bad disabled:bg-sunken disabled:text-ink-3 focus-visible:outline-offset-0',
)
