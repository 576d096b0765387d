'use client'
import type { ComponentProps, ReactNode } from 'react'
import { useId } from 'react'
import { cx } from './class-names.ts'
import { control } from './control.ts'
import { Icon } from './icons.tsx'
import { type Options, Select } from './select.tsx'

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

/** Parts what belongs to the field from what belongs to its control. */
function parted<P extends Labelled>({ label, help, error, note, id, ...rest }: P) {
  return { field: { label, help, error, note, id }, rest }
}

export function TextField(props: Labelled & ComponentProps<'input'>) {
  const { field, rest } = parted(props)
  const { className, ...input } = rest
  return (
    <Field {...field}>
      {(wiring) => <input className={cx(control, 'h-8', className)} {...input} {...wiring} />}
    </Field>
  )
}

export function TextAreaField(props: Labelled & ComponentProps<'textarea'>) {
  const { field, rest } = parted(props)
  const { className, ...area } = rest
  return (
    <Field {...field}>
      {(wiring) => <textarea className={cx(control, 'min-h-20 py-1.5', className)} {...area} {...wiring} />}
    </Field>
  )
}

export function SelectField(props: Labelled & Options & ComponentProps<'select'>) {
  const { field, rest } = parted(props)
  return <Field {...field}>{(wiring) => <Select {...rest} {...wiring} />}</Field>
}
