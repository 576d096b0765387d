'use client'
import type { ReactNode } from 'react'
import { createContext, useCallback, useContext, useRef, useState } from 'react'
import { IconButton } from './button.tsx'
import { cx } from './class-names.ts'
import { Icon } from './icons.tsx'
import { useUi } from './provider.tsx'

type Notice = { id: number; kind: 'good' | 'bad'; text: string }
const ToastContext = createContext<(kind: Notice['kind'], text: string) => void>(() => {})

/** `notify('good', 'Project created.')`. Good news leaves after 5 s; bad news stays until closed. */
export function useNotify() {
  return useContext(ToastContext)
}

export function ToastRegion({ children }: { children: ReactNode }) {
  const { words } = useUi()
  const [notices, setNotices] = useState<Notice[]>([])
  const last = useRef(0)
  const close = useCallback((id: number) => setNotices((all) => all.filter((one) => one.id !== id)), [])
  const notify = useCallback(
    (kind: Notice['kind'], text: string) => {
      last.current += 1
      const id = last.current
      setNotices((all) => [...all.slice(-2), { id, kind, text }])
      if (kind === 'good') setTimeout(() => close(id), 5_000)
    },
    [close],
  )
  return (
    <ToastContext value={notify}>
      {children}
      <section
        aria-label={words.notices}
        aria-live="polite"
        className="pointer-events-none fixed right-4 bottom-4 z-40 flex w-[min(360px,calc(100vw-32px))] flex-col gap-2"
      >
        {notices.map(({ id, kind, text }) => (
          <div
            key={id}
            className="pointer-events-auto flex items-start gap-2 rounded-md border border-line bg-raised py-2 pr-1 pl-3 shadow-2"
          >
            <Icon
              name={kind === 'good' ? 'success' : 'error'}
              className={cx('mt-1.5 shrink-0', kind === 'good' ? 'text-good' : 'text-bad')}
            />
            <p className="flex-1 py-1 text-13 break-words">{text}</p>
            <IconButton size="sm" icon="close" label={words.close} onClick={() => close(id)} />
          </div>
        ))}
      </section>
    </ToastContext>
  )
}
