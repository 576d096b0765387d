'use client'
import type { AnchorHTMLAttributes, ButtonHTMLAttributes, ReactNode } from 'react'
import { cx } from './class-names.ts'
import { Icon, type IconName } from './icons.tsx'
import { useUi } from './provider.tsx'

type Look = { variant?: 'primary' | 'plain' | 'quiet' | 'danger'; size?: 'md' | 'sm'; icon?: IconName }

const looks = {
  primary: 'bg-accent text-on-accent border-transparent hover:bg-accent-hover',
  plain: 'bg-surface text-ink border-line-strong hover:bg-hover shadow-1',
  quiet: 'bg-transparent text-ink-2 border-transparent hover:bg-hover hover:text-ink',
  danger: 'bg-bad text-on-bad border-transparent hover:bg-bad-hover',
}

function classes({ variant = 'plain', size = 'md' }: Look, square = false): string {
  return cx(
    'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap',
    'select-none transition-colors disabled:opacity-55 disabled:cursor-not-allowed aria-disabled:opacity-55',
    size === 'md' ? 'h-8 text-13' : 'h-7 text-12',
    square ? (size === 'md' ? 'w-8' : 'w-7') : size === 'md' ? 'px-3' : 'px-2',
    looks[variant],
  )
}

type ButtonProps = Look & ButtonHTMLAttributes<HTMLButtonElement> & { busy?: boolean; children: ReactNode }

/** `busy` keeps the button in place and the focus on it while work is under way; a second press does nothing. */
export function Button({
  variant,
  size,
  icon,
  busy,
  children,
  className,
  onClick,
  type,
  ...rest
}: ButtonProps) {
  return (
    <button
      type={type ?? 'button'}
      className={cx(classes({ variant, size }), className)}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {busy ? <Spinner /> : icon && <Icon name={icon} />}
      {children}
    </button>
  )
}

type ButtonLinkProps = Look &
  AnchorHTMLAttributes<HTMLAnchorElement> & { href: string; prefetch?: boolean; children: ReactNode }

export function ButtonLink({ variant, size, icon, children, className, ...rest }: ButtonLinkProps) {
  const { Link } = useUi()
  return (
    <Link className={cx(classes({ variant, size }), className)} {...rest}>
      {icon && <Icon name={icon} />}
      {children}
    </Link>
  )
}

type IconButtonProps = Look & ButtonHTMLAttributes<HTMLButtonElement> & { icon: IconName; label: string }

/** A button that shows only a picture; its label is its name and its tooltip. */
export function IconButton({ icon, label, variant = 'quiet', size, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      className={cx(classes({ variant, size }, true), className)}
      aria-label={label}
      data-tip={label}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  )
}

export function Spinner() {
  return (
    <span
      aria-hidden="true"
      className="size-3.5 animate-spin rounded-full border-2 border-current border-r-transparent"
    />
  )
}
