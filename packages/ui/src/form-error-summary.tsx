'use client'
import { useEffect, useRef } from 'react'
import { Icon } from './icons.tsx'
import { useUi } from './provider.tsx'

export type FieldProblem = { fieldId: string; message: string }

type Props = {
  problems: FieldProblem[]
  /** Something that changes with each try to use the form, and only then: what changes while somebody types does not. */
  attempt: unknown
}

/** Lists what a form refuses, each a link to its field; takes the focus with each try, never from somebody who types. */
export function FormErrorSummary({ problems, attempt }: Props) {
  const { words } = useUi()
  const box = useRef<HTMLDivElement>(null)
  const count = problems.length
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the try that asks for the focus
  useEffect(() => box.current?.focus(), [attempt])
  if (count === 0) return null
  return (
    <div
      ref={box}
      tabIndex={-1}
      role="alert"
      className="rounded-md border border-bad bg-bad-soft p-3 text-13"
    >
      <p className="flex items-center gap-1.5 font-medium text-bad">
        <Icon name="error" />
        {words.errorsInForm(count)}
      </p>
      <ul className="mt-1 list-disc pl-6">
        {problems.map(({ fieldId, message }) => (
          <li key={fieldId}>
            <a href={`#${fieldId}`} className="underline" onClick={(event) => focusField(event, fieldId)}>
              {message}
            </a>
          </li>
        ))}
      </ul>
    </div>
  )
}

// A plain fragment link would put the field's id into the URL and the history.
function focusField(event: React.MouseEvent, fieldId: string) {
  event.preventDefault()
  const field = document.getElementById(fieldId)
  // What is folded away cannot take the focus.
  const folded = field?.closest('details')
  if (folded) folded.open = true
  field?.focus()
}
