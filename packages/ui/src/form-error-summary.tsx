'use client'
import { useEffect, useRef } from 'react'
import { Icon } from './icons.tsx'
import { useUi } from './provider.tsx'

export type FieldProblem = { fieldId: string; message: string }

/** Lists what a form refuses, each a link to its field; takes the focus when problems appear. */
export function FormErrorSummary({ problems }: { problems: FieldProblem[] }) {
  const { words } = useUi()
  const box = useRef<HTMLDivElement>(null)
  const count = problems.length
  useEffect(() => {
    if (count > 0) box.current?.focus()
  }, [count])
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
  document.getElementById(fieldId)?.focus()
}
