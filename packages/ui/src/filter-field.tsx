'use client'
import { useEffect, useRef, useState } from 'react'
import { Icon } from './icons.tsx'
import { useUi } from './provider.tsx'

type Props = {
  label: string
  placeholder?: string
  value: string
  /** Called when the typing rests for 250 ms, and at once on Enter. */
  onChange: (value: string) => void
  /** Words it understands before a colon, offered while the field is empty. */
  keys?: readonly string[]
}

/** The filter of a list; `/` moves the focus here. */
export function FilterField({ label, placeholder, value, onChange, keys = [] }: Props) {
  const { words } = useUi()
  const [text, setText] = useState(value)
  const [focused, setFocused] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const sent = useRef(value)

  // Back and forward change the value from outside; what is being typed is never overwritten by its own echo.
  useEffect(() => {
    if (value !== sent.current) setText(value)
    sent.current = value
  }, [value])
  const send = (next: string) => {
    if (next === sent.current) return
    sent.current = next
    onChange(next)
  }
  const sendNow = useRef(send)
  sendNow.current = send
  useEffect(() => {
    const timer = setTimeout(() => sendNow.current(text), 250)
    return () => clearTimeout(timer)
  }, [text])
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || isTyping(event.target)) return
      event.preventDefault()
      input.current?.focus()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])

  return (
    <search className="relative min-w-0 flex-1 max-sm:min-w-52 sm:max-w-80">
      <Icon name="search" className="pointer-events-none absolute top-2 left-2.5 text-ink-3" />
      <input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={placeholder ?? label}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') send(text)
          if (event.key === 'Escape' && text) {
            event.preventDefault()
            setText('')
            send('')
          }
        }}
        className="h-8 w-full rounded-md border border-control bg-surface pr-8 pl-8 text-13 focus-visible:outline-offset-0 [&::-webkit-search-cancel-button]:hidden"
      />
      {text ? (
        <button
          type="button"
          aria-label={words.clearFilter}
          onClick={() => {
            setText('')
            send('')
            input.current?.focus()
          }}
          className="absolute top-1 right-1 flex size-6 items-center justify-center rounded-md text-ink-3 hover:bg-hover hover:text-ink"
        >
          <Icon name="close" size={12} />
        </button>
      ) : (
        <span
          aria-hidden="true"
          className="pointer-events-none absolute top-1.5 right-1.5 rounded-md border border-line px-1.5 text-12 text-ink-3 max-sm:hidden"
        >
          /
        </span>
      )}
      {focused && !text && keys.length > 0 && (
        <div className="absolute top-9 left-0 z-20 flex gap-1 rounded-md border border-line bg-raised p-1 shadow-2">
          {keys.map((key) => (
            <button
              key={key}
              type="button"
              tabIndex={-1}
              onMouseDown={(event) => {
                event.preventDefault()
                setText(`${key}:`)
              }}
              className="rounded-md px-2 py-1 font-mono text-12 text-ink-2 hover:bg-hover"
            >
              {key}:
            </button>
          ))}
        </div>
      )}
    </search>
  )
}

/** True where single letters belong to what is being typed and not to shortcuts. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches('input:not([type=checkbox]), textarea, select') ||
      !!target.closest('dialog[open], [popover]'))
  )
}
