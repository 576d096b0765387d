'use client'
import type { KeyboardEvent, ReactNode, ToggleEvent } from 'react'
import { useId, useRef, useState } from 'react'
import { cx } from './class-names.ts'
import { Icon, type IconName } from './icons.tsx'
import { placeBeside } from './placement.ts'
import { useUi } from './provider.tsx'

export type MenuItem =
  | { kind?: 'action'; label: string; icon?: IconName; danger?: boolean; onSelect: () => void }
  | { kind: 'link'; label: string; icon?: IconName; href: string }
  | {
      kind: 'choice'
      label: string
      icon?: IconName
      checked: boolean
      onSelect: () => void
      keepOpen?: boolean
    }
  | { kind: 'heading'; label: string }
  | { kind: 'line'; label?: undefined }

type Props = {
  label: string
  /** Only phrasing content: it becomes the inside of the button. */
  trigger: ReactNode
  triggerClassName?: string
  tip?: boolean
  items: MenuItem[]
}

const itemClass =
  'flex w-full items-center gap-2 rounded-md px-2 h-8 text-13 text-left whitespace-nowrap hover:bg-hover focus:bg-hover focus:outline-none'

/** A button that opens a list of actions. The browser's popover closes it on Escape and on a press outside. */
export function Menu({ label, trigger, triggerClassName, tip, items }: Props) {
  const id = useId()
  const { Link } = useUi()
  const button = useRef<HTMLButtonElement>(null)
  const list = useRef<HTMLDivElement>(null)
  // A table may hold a menu per row: what nobody has opened is not in the document.
  const [wanted, setWanted] = useState(false)

  const entries = () => [...(list.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])]
  function onToggle(event: ToggleEvent<HTMLDivElement>) {
    const open = event.newState === 'open'
    button.current?.setAttribute('aria-expanded', String(open))
    if (!open || !button.current || !list.current) return
    placeBeside(button.current, list.current)
    entries()[0]?.focus()
  }
  function onKeyDown(event: KeyboardEvent) {
    const all = entries()
    const at = all.indexOf(document.activeElement as HTMLElement)
    const go = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key]
    if (event.key === 'Tab') list.current?.hidePopover()
    if (go === undefined) return
    event.preventDefault()
    all[(go + all.length) % all.length]?.focus()
  }

  return (
    <>
      <button
        ref={button}
        type="button"
        popoverTarget={id}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded="false"
        data-tip={tip ? label : undefined}
        className={
          triggerClassName ??
          'inline-flex size-8 items-center justify-center rounded-md text-ink-2 hover:bg-hover hover:text-ink'
        }
      >
        {trigger}
      </button>
      <div
        ref={list}
        id={id}
        popover="auto"
        role="menu"
        aria-label={label}
        onBeforeToggle={(event) => event.newState === 'open' && setWanted(true)}
        onToggle={onToggle}
        onKeyDown={onKeyDown}
        className="fixed inset-auto m-0 max-h-[70vh] min-w-44 overflow-auto rounded-md border border-line bg-raised p-1 text-ink shadow-2"
      >
        {(wanted ? items : []).map((item, index) => {
          const key = `${index}-${item.label ?? ''}`
          if (item.kind === 'line') return <hr key={key} className="my-1 border-line" />
          if (item.kind === 'heading')
            return (
              <div key={key} role="presentation" className="px-2 py-1 text-12 text-ink-3">
                {item.label}
              </div>
            )
          const icon = item.icon && <Icon name={item.icon} className="shrink-0 text-ink-3" />
          if (item.kind === 'link')
            return (
              <Link
                key={key}
                role="menuitem"
                tabIndex={-1}
                href={item.href}
                className={itemClass}
                onClick={() => list.current?.hidePopover()}
              >
                {icon}
                {item.label}
              </Link>
            )
          const isChoice = item.kind === 'choice'
          return (
            // biome-ignore lint/a11y/useAriaPropsSupportedByRole: aria-checked comes with the role that knows it
            <button
              key={key}
              type="button"
              role={isChoice ? 'menuitemcheckbox' : 'menuitem'}
              aria-checked={isChoice ? item.checked : undefined}
              tabIndex={-1}
              className={cx(itemClass, item.kind !== 'choice' && item.danger && 'text-bad')}
              onClick={() => {
                if (!(isChoice && item.keepOpen)) list.current?.hidePopover()
                item.onSelect()
              }}
            >
              {isChoice ? (
                <Icon name="check" className={cx('shrink-0', !item.checked && 'invisible')} />
              ) : (
                icon
              )}
              {item.label}
            </button>
          )
        })}
      </div>
    </>
  )
}
