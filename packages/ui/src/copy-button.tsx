'use client'
import { useEffect, useState } from 'react'
import { cx } from './class-names.ts'
import { Icon } from './icons.tsx'
import { useUi } from './provider.tsx'

/** Copies without the clipboard API too, which browsers withhold from plain-http origins. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const area = document.createElement('textarea')
    area.value = text
    area.style.position = 'fixed'
    document.body.append(area)
    area.select()
    const copied = document.execCommand('copy')
    area.remove()
    return copied
  }
}

export function CopyButton({ text, label, className }: { text: string; label?: string; className?: string }) {
  const { words } = useUi()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 2_000)
    return () => clearTimeout(timer)
  }, [copied])
  const name = copied ? words.copied : (label ?? words.copy)
  return (
    <button
      type="button"
      aria-label={name}
      data-tip={name}
      onClick={async () => setCopied(await copyText(text))}
      className={cx(
        'inline-flex size-6 shrink-0 items-center justify-center rounded-md text-ink-3 hover:bg-hover hover:text-ink',
        className,
      )}
    >
      <Icon name={copied ? 'check' : 'copy'} size={14} className={copied ? 'text-good' : undefined} />
      <span role="status" className="sr-only">
        {copied ? words.copied : ''}
      </span>
    </button>
  )
}
