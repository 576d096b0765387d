'use client'
import type { ComponentProps } from 'react'
import { cx } from './class-names.ts'
import { control } from './control.ts'
import { Icon } from './icons.tsx'

export type Options = { options: { value: string; label: string }[] }

export function Select({ options, className, ...rest }: Options & ComponentProps<'select'>) {
  return (
    <span className="relative inline-flex">
      <select className={cx(control, 'h-8 appearance-none pr-7', className)} {...rest}>
        {options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <Icon name="chevronDown" className="pointer-events-none absolute top-2 right-2 text-ink-3" />
    </span>
  )
}
