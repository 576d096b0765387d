'use client'
import type { ComponentProps } from 'react'
import { cx } from './class-names.ts'
import { control } from './control.ts'
import { Icon } from './icons.tsx'

export type Options = {
  /** `sm` inside table rows. */
  density?: 'md' | 'sm'
  options: { value: string; label: string }[]
}

export function Select({ options, density = 'md', className, ...rest }: Options & ComponentProps<'select'>) {
  return (
    <span className="relative inline-flex">
      <select
        className={cx(control, density === 'sm' ? 'h-7' : 'h-8', 'appearance-none pr-7', className)}
        {...rest}
      >
        {options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <Icon
        name="chevronDown"
        className="pointer-events-none absolute inset-y-0 right-2 my-auto text-ink-3"
      />
    </span>
  )
}
