'use client'
import type { Schemas } from '@berth/contract'
import { useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { registriesPath } from '@/features/registries/registry-list-state.ts'

type Policy = Schemas['ReplicationPolicy']

/** The registry at the other end. */
export const otherEnd = ({ src_registry: source, dest_registry: target }: Policy) =>
  source?.id ? source : target

export const isPull = ({ src_registry: source }: Policy): boolean => !!source?.id

/** From where to where; both ways for a mirror. */
export function PolicyRoute({ policy }: { policy: Policy }) {
  const t = useTranslations('replications')
  const { Link } = useUi()
  const other = otherEnd(policy)
  const here = <span>{t('thisBerth')}</span>
  const there = (
    <Link
      href={`${registriesPath}/${other?.id}`}
      className="rounded-md wrap-anywhere hover:text-accent hover:underline"
    >
      {other?.name}
    </Link>
  )
  const pulls = isPull(policy)
  return (
    <span className="inline-flex flex-wrap items-center gap-x-1.5">
      {pulls ? there : here}
      <span aria-hidden="true" className="text-ink-3">
        {policy.mirror ? '⇄' : '→'}
      </span>
      <span className="sr-only">{t(policy.mirror ? 'bothWays' : 'to')}</span>
      {pulls ? here : there}
    </span>
  )
}
