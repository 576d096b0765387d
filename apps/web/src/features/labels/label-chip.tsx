import { cx } from '@berth/ui'
import type { CSSProperties, ReactNode } from 'react'
import type { Label } from './label-list-state.ts'

/** Only what is a colour reaches the style; the API promises no more. */
export const isColor = (color: string | undefined): color is string =>
  /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(color ?? '')

/** Longer names may be cut short; the tooltip has them whole. */
const fittingLetters = 20

/**
 * A label in its colour. The colour tints the ground and stands pure only in the dot, so that the name keeps the
 * theme's own ink and can be read whatever colour was chosen.
 */
export function LabelChip({ label, children }: { label: Label; children?: ReactNode }) {
  const color = isColor(label.color) ? label.color : undefined
  const style = color && {
    borderColor: `color-mix(in srgb, ${color} 45%, var(--line-strong))`,
    backgroundColor: `color-mix(in srgb, ${color} 12%, var(--surface))`,
  }
  return (
    <span
      style={style as CSSProperties | undefined}
      data-tip={(label.name?.length ?? 0) > fittingLetters ? label.name : undefined}
      className={cx(
        'inline-flex h-5 max-w-48 min-w-0 items-center gap-1.5 rounded-full border px-2 text-12 font-medium text-ink',
        !color && 'border-line-strong bg-sunken',
      )}
    >
      <span
        aria-hidden="true"
        style={color ? { backgroundColor: color } : undefined}
        className={cx('size-2 shrink-0 rounded-full ring-1 ring-line-strong', !color && 'bg-ink-3')}
      />
      <span className="truncate">{label.name}</span>
      {children}
    </span>
  )
}
