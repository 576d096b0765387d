'use client'
import type { ReactNode } from 'react'
import { useEffect, useId, useRef, useState } from 'react'
import { Button, IconButton } from './button.tsx'
import { TextField } from './field.tsx'
import { useUi } from './provider.tsx'

type DialogProps = {
  open: boolean
  onClose: () => void
  title: string
  children: ReactNode
  footer?: ReactNode
  /** Escape and the close button ask by `onClose` instead of closing: for work that is under way. */
  keepOpen?: boolean
}

/** The native modal dialog: focus stays inside, Escape closes, focus goes back to the opener. */
export function Dialog({ open, onClose, title, children, footer, keepOpen }: DialogProps) {
  const { words } = useUi()
  const element = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useEffect(() => {
    const dialog = element.current
    if (!dialog) return
    if (open && !dialog.open) {
      dialog.showModal()
      // The first field rather than the close button, which comes first in the order.
      dialog.querySelector<HTMLElement>('input, select, textarea')?.focus()
    }
    if (!open && dialog.open) dialog.close()
  }, [open])
  return (
    <dialog
      ref={element}
      aria-labelledby={titleId}
      onCancel={(event) => {
        if (!keepOpen) return
        event.preventDefault()
        onClose()
      }}
      onClose={onClose}
      className="m-auto w-[min(480px,calc(100vw-32px))] rounded-md border border-line bg-raised p-0 text-ink shadow-2"
    >
      {open && (
        <>
          <header className="flex items-center justify-between gap-2 border-b border-line py-2 pr-2 pl-4">
            <h2 id={titleId} className="text-16 font-semibold">
              {title}
            </h2>
            <IconButton icon="close" label={words.close} onClick={onClose} />
          </header>
          <div className="flex flex-col gap-4 p-4 text-14">{children}</div>
          {footer && (
            <footer className="flex justify-end gap-2 border-t border-line px-4 py-3">{footer}</footer>
          )}
        </>
      )}
    </dialog>
  )
}

type ConfirmProps = {
  open: boolean
  onClose: () => void
  title: string
  /** What will be lost, by name and number. */
  children: ReactNode
  confirmLabel: string
  onConfirm: () => void
  busy?: boolean
  /** Nothing is lost by it: the button is not red. */
  harmless?: boolean
  /** Asked to be typed; only for what cannot be undone. */
  typeName?: string
  error?: ReactNode
}

export function ConfirmDialog(props: ConfirmProps) {
  const { words } = useUi()
  const [typed, setTyped] = useState('')
  const { open, onClose, typeName, busy } = props
  useEffect(() => {
    if (!open) setTyped('')
  }, [open])
  const ready = typeName === undefined || typed === typeName
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={props.title}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button
            variant={props.harmless ? 'primary' : 'danger'}
            disabled={!ready}
            busy={busy}
            onClick={props.onConfirm}
          >
            {props.confirmLabel}
          </Button>
        </>
      }
    >
      {props.error}
      <div className="flex flex-col gap-2">{props.children}</div>
      {typeName !== undefined && (
        <TextField
          label={words.typeToConfirm(typeName)}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          autoComplete="off"
          spellCheck={false}
          className="font-mono text-13"
        />
      )}
    </Dialog>
  )
}
