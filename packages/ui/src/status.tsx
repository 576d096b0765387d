import type { ReactNode } from 'react'
import { cx } from './class-names.ts'
import { Icon, type IconName } from './icons.tsx'

export type Tone = 'good' | 'warn' | 'bad' | 'accent' | 'neutral'

const tones: Record<Tone, string> = {
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  accent: 'bg-accent-soft text-accent',
  neutral: 'bg-sunken text-ink-2',
}
const toneIcons: Record<Tone, IconName | undefined> = {
  good: 'success',
  warn: 'warning',
  bad: 'error',
  accent: 'info',
  neutral: undefined,
}

/** A word in a tinted box. Colour never stands alone: `Status` adds the icon, a `Badge` is only a word. */
export function Badge({
  tone = 'neutral',
  icon,
  children,
}: {
  tone?: Tone
  icon?: IconName
  children: ReactNode
}) {
  return (
    <span
      className={cx(
        'inline-flex h-5 items-center gap-1 rounded-md px-1.5 text-12 font-medium whitespace-nowrap',
        tones[tone],
      )}
    >
      {icon && <Icon name={icon} size={12} />}
      {children}
    </span>
  )
}

export function Status({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <Badge tone={tone} icon={toneIcons[tone]}>
      {children}
    </Badge>
  )
}

type BannerProps = {
  tone: Tone
  title: string
  children?: ReactNode
  action?: ReactNode
  role?: 'alert' | 'status'
}

export function Banner({ tone, title, children, action, role }: BannerProps) {
  return (
    <div
      role={role}
      className={cx('flex flex-wrap items-start gap-2 rounded-md px-3 py-2.5 text-13', tones[tone])}
    >
      <Icon name={toneIcons[tone] ?? 'info'} className="mt-0.5 shrink-0" />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{title}</p>
        {children && <div className="text-ink-2">{children}</div>}
      </div>
      {action}
    </div>
  )
}

type EmptyStateProps = { icon?: IconName; title: string; children?: ReactNode; action?: ReactNode }

/** Nothing here yet, why, and the one next step. */
export function EmptyState({ icon = 'anchor', title, children, action }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center gap-1 px-4 py-12 text-center">
      <span className="mb-2 flex size-10 items-center justify-center rounded-md bg-sunken text-ink-3">
        <Icon name={icon} size={20} />
      </span>
      <p className="text-14 font-semibold">{title}</p>
      {children && <div className="max-w-[52ch] text-13 text-ink-2">{children}</div>}
      {action && <div className="mt-3">{action}</div>}
    </div>
  )
}

/** A grey bar with the shape of what comes. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={cx('block h-3 animate-pulse rounded-md bg-line', className)} />
}
