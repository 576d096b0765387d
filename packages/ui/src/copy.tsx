'use client'
import { useEffect, useState } from 'react'
import { cx } from './class-names.ts'
import { shortenDigest } from './format.ts'
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

type ReferenceProps = {
  project?: string
  repository?: string
  tag?: string
  digest?: string
  href?: string
  /** The registry's host, put in front of what is copied so that it can be pasted after `docker pull`. */
  host?: string
  copy?: boolean
}

/** `project/repository:tag@sha256:ab12…` — the one way a reference is shown. */
export function Reference({ project, repository, tag, digest, href, host, copy = true }: ReferenceProps) {
  const { Link } = useUi()
  const path = [project, repository].filter(Boolean).join('/')
  const join = (shownDigest: string | undefined) =>
    `${path}${tag ? `${path ? ':' : ''}${tag}` : ''}${shownDigest ? `${path || tag ? '@' : ''}${shownDigest}` : ''}`
  const full = join(digest)
  const shown = join(digest && shortenDigest(digest))
  const pasted = host && path ? `${host}/${full}` : full
  const tip = shown === full ? undefined : full
  const look = 'min-w-0 truncate rounded-md font-mono text-13'
  return (
    <span className="inline-flex max-w-full min-w-0 items-center gap-1">
      {href ? (
        <Link href={href} data-tip={tip} className={cx(look, 'text-accent hover:underline')}>
          {shown}
        </Link>
      ) : (
        <span className={look} data-tip={tip} tabIndex={tip ? 0 : undefined}>
          {shown}
        </span>
      )}
      {copy && <CopyButton text={pasted} />}
    </span>
  )
}

export type Command = { tool: string; command: string }

/** One command in the words of several tools; the tool chosen is remembered. */
export function CommandBlock({ label, commands }: { label: string; commands: Command[] }) {
  const { words, preference, setPreference } = useUi()
  const chosen = commands.find(({ tool }) => tool === preference('tool')) ?? commands[0]
  if (!chosen) return null
  return (
    <section aria-label={label} className="min-w-0 overflow-hidden rounded-md border border-line bg-surface">
      <div className="flex items-center justify-between gap-2 border-b border-line pr-1 pl-3">
        <span className="truncate text-12 text-ink-3">{label}</span>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a legend nobody needs to see */}
        <div role="group" aria-label={words.commandFor} className="flex overflow-x-auto">
          {commands.map(({ tool }) => (
            <button
              key={tool}
              type="button"
              aria-pressed={tool === chosen.tool}
              onClick={() => setPreference('tool', tool)}
              className={cx(
                'h-8 border-b-2 px-2 text-12 focus-visible:-outline-offset-2',
                tool === chosen.tool
                  ? 'border-accent font-medium text-ink'
                  : 'border-transparent text-ink-2 hover:text-ink',
              )}
            >
              {tool}
            </button>
          ))}
        </div>
      </div>
      <div className="flex items-start gap-2 py-2 pr-2 pl-3">
        <code className="min-w-0 flex-1 py-0.5 font-mono text-13 break-all whitespace-pre-wrap">
          {chosen.command}
        </code>
        <CopyButton text={chosen.command} />
      </div>
    </section>
  )
}
