'use client'
import { cx } from './class-names.ts'
import { CopyButton } from './copy-button.tsx'
import { shortenDigest } from './format.ts'
import { useUi } from './provider.tsx'

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
