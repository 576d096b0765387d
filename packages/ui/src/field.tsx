'use client'
import type { ComponentProps, ReactNode } from 'react'
import { useId } from 'react'
import { cx } from './class-names.ts'
import { Icon } from './icons.tsx'

const control = cx(
  'w-full rounded-md border border-control bg-surface px-2.5 text-14 text-ink',
  'aria-invalid:border-bad disabled:bg-sunken disabled:text-ink-3 focus-visible:outline-offset-0',
)

type Wiring = { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }

type FieldProps = {
  label: string
  help?: ReactNode
  error?: string | null
  /** Said after the label, for instance "optional". */
  note?: string
  children: (wiring: Wiring) => ReactNode
  /** Given when a FormErrorSummary links here. */
  id?: string
}

/** Label above, help below, the error at the field. The control gets its wiring as arguments. */
export function Field({ label, help, error, note, children, id }: FieldProps) {
  const made = useId()
  const fieldId = id ?? made
  const describedBy = [help && `${fieldId}-help`, error && `${fieldId}-error`].filter(Boolean).join(' ')
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={fieldId} className="text-13 font-medium">
        {label}
        {note && <span className="font-normal text-ink-3"> · {note}</span>}
      </label>
      {children({
        id: fieldId,
        'aria-describedby': describedBy || undefined,
        'aria-invalid': error ? true : undefined,
      })}
      {error && (
        <p id={`${fieldId}-error`} className="flex items-start gap-1 text-13 text-bad">
          <Icon name="error" className="mt-0.5 shrink-0" />
          {error}
        </p>
      )}
      {help && (
        <p id={`${fieldId}-help`} className="text-12 text-ink-3">
          {help}
        </p>
      )}
    </div>
  )
}

type Labelled = Omit<FieldProps, 'children'>

export function TextField({
  label,
  help,
  error,
  note,
  id,
  className,
  ...rest
}: Labelled & ComponentProps<'input'>) {
  return (
    <Field label={label} help={help} error={error} note={note} id={id}>
      {(wiring) => <input className={cx(control, 'h-8', className)} {...rest} {...wiring} />}
    </Field>
  )
}

export function TextAreaField({
  label,
  help,
  error,
  note,
  id,
  className,
  ...rest
}: Labelled & ComponentProps<'textarea'>) {
  return (
    <Field label={label} help={help} error={error} note={note} id={id}>
      {(wiring) => <textarea className={cx(control, 'min-h-20 py-1.5', className)} {...rest} {...wiring} />}
    </Field>
  )
}

type Options = { options: { value: string; label: string }[] }

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

export function SelectField({
  label,
  help,
  error,
  note,
  id,
  ...rest
}: Labelled & Options & ComponentProps<'select'>) {
  return (
    <Field label={label} help={help} error={error} note={note} id={id}>
      {(wiring) => <Select {...rest} {...wiring} />}
    </Field>
  )
}

type Tick = { label: ReactNode; help?: ReactNode } & Omit<ComponentProps<'input'>, 'type'>

export function Checkbox({ label, help, ...rest }: Tick) {
  const id = useId()
  return (
    <div className="flex items-start gap-2">
      <input
        type="checkbox"
        id={id}
        className="mt-0.5 size-4 accent-accent"
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
