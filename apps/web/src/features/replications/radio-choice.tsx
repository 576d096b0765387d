'use client'

type Choice<Value extends string> = { value: Value; label: string; help?: string; disabled?: boolean }
type Props<Value extends string> = {
  /** Of the group in this page, and the beginning of its fields' ids. */
  name: string
  legend: string
  value: Value
  choices: Choice<Value>[]
  onChange: (value: Value) => void
  error?: string | undefined
}

/** One of a few, each with a line that says what it means. */
export function RadioChoice<Value extends string>({ name, legend, value, choices, ...rest }: Props<Value>) {
  const { onChange, error } = rest
  return (
    <fieldset
      id={name}
      tabIndex={-1}
      aria-describedby={error && `${name}-error`}
      className="flex flex-col gap-2"
    >
      <legend className="mb-1 text-13 font-medium">{legend}</legend>
      {choices.map((choice) => (
        <div key={choice.value} className="flex items-start gap-2">
          <input
            type="radio"
            name={name}
            id={`${name}-${choice.value}`}
            aria-describedby={choice.help && `${name}-${choice.value}-help`}
            className="mt-0.5 size-4 shrink-0 accent-accent"
            checked={value === choice.value}
            disabled={choice.disabled && value !== choice.value}
            onChange={() => onChange(choice.value)}
          />
          <span className="flex flex-col">
            <label htmlFor={`${name}-${choice.value}`} className="text-13">
              {choice.label}
            </label>
            {choice.help && (
              <span id={`${name}-${choice.value}-help`} className="text-12 text-ink-3">
                {choice.help}
              </span>
            )}
          </span>
        </div>
      ))}
      {error && (
        <p id={`${name}-error`} className="text-13 text-bad">
          {error}
        </p>
      )}
    </fieldset>
  )
}
