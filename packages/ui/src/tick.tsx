'use client'
import type { ComponentProps, ReactNode } from 'react'
import { useId } from 'react'
import { cx } from './class-names.ts'

type Tick = { label: ReactNode; help?: ReactNode } & Omit<ComponentProps<'input'>, 'type'>

export function Checkbox({ label, help, ...rest }: Tick) {
  const id = useId()
  return (
    <div className="flex items-start gap-2">
      <input
        type="checkbox"
        id={id}
        className="mt-0.5 size-4 shrink-0 accent-accent"
        aria-describedby={help ? `${id}-help` : undefined}
        {...rest}
      />
      <span className="flex flex-col">
        <label htmlFor={id} className="text-13">
          {label}
        </label>
        {help && (
          <span id={`${id}-help`} className="text-12 text-ink-3">
            {help}
          </span>
        )}
      </span>
    </div>
  )
}

/** For what takes effect at once; a Checkbox is for what a form sends later. */
export function Switch({ label, help, ...rest }: Tick) {
  const id = useId()
  return (
    <div className="flex items-start justify-between gap-4">
      <span className="flex flex-col">
        <label htmlFor={id} className="text-14 font-medium">
          {label}
        </label>
        {help && (
          <span id={`${id}-help`} className="text-13 text-ink-2">
            {help}
          </span>
        )}
      </span>
      <input
        type="checkbox"
        // biome-ignore lint/a11y/useAriaPropsForRole: a native checkbox tells its own state
        role="switch"
        id={id}
        aria-describedby={help ? `${id}-help` : undefined}
        className={cx(
          'relative mt-0.5 h-5 w-9 shrink-0 cursor-pointer appearance-none rounded-full bg-control transition-colors',
          'checked:bg-accent disabled:cursor-not-allowed disabled:opacity-55',
          "before:absolute before:top-0.5 before:left-0.5 before:size-4 before:rounded-full before:bg-surface before:transition-transform before:content-[''] checked:before:translate-x-4",
        )}
        {...rest}
      />
    </div>
  )
}
