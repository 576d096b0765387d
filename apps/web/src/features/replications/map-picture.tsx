'use client'
import type { Schemas } from '@berth/contract'
import { cx, Icon, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { healthOf } from '@/features/registries/health.ts'
import { registriesPath } from '@/features/registries/registry-list-state.ts'
import { useKindName } from '@/features/registries/use-kind-name.ts'
import { LineStatus } from './line-status.tsx'
import {
  type LineState,
  type MapLine,
  type MapRegistry,
  type Neighbour,
  sidesOf,
  stateOf,
} from './map-sides.ts'
import { executionPath, policyPath } from './replication-input.ts'

const strokes: Record<LineState, string> = {
  off: 'text-control',
  never: 'text-control',
  running: 'text-accent',
  waiting: 'text-warn',
  good: 'text-good',
  failed: 'text-bad',
  stopped: 'text-warn',
}

/** This Berth in the middle, a line for each policy to the registry at its other end. */
export function MapPicture({ map }: { map: Schemas['ReplicationMap'] }) {
  const t = useTranslations('replications.map')
  const { left, right, idle, hidden, beside } = sidesOf(map)
  const { Link } = useUi()
  const here = map.registries.find(({ id }) => id === 0)
  return (
    <div className="flex flex-col gap-6">
      <div className="flex items-stretch">
        {left.length > 0 && <Side side="left" neighbours={left} label={t('sources')} />}
        <section
          aria-label={t('here')}
          className="flex w-40 shrink-0 flex-col items-center justify-center gap-2 rounded-md border-2 border-accent bg-accent-soft p-3 text-center"
        >
          <span className="flex size-8 items-center justify-center rounded-md bg-accent text-on-accent">
            <Icon name="anchor" />
          </span>
          <span className="text-14 font-semibold">{t('here')}</span>
          <span className="font-mono text-12 wrap-anywhere text-ink-2">{hostOf(here?.url ?? '')}</span>
        </section>
        {right.length > 0 && <Side side="right" neighbours={right} label={t('targets')} />}
      </div>
      {hidden > 0 && <p className="text-13 text-ink-2">{t('hidden', { count: hidden })}</p>}
      {idle.length > 0 && (
        <section aria-label={t('idle')} className="flex flex-col gap-2">
          <h2 className="text-13 text-ink-2">{t('idle')}</h2>
          <ul className="flex flex-wrap gap-3">
            {idle.map((registry) => (
              <li key={registry.id} className="w-52">
                <RegistryBox registry={registry} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {beside > 0 && (
        <p className="text-13">
          <Link href={registriesPath} className="text-accent underline">
            {t('beside', { count: beside })}
          </Link>
        </p>
      )}
    </div>
  )
}

function Side({
  side,
  neighbours,
  label,
}: {
  side: 'left' | 'right'
  neighbours: Neighbour[]
  label: string
}) {
  const t = useTranslations('replications.map')
  return (
    <ul aria-label={label} className="flex min-w-0 flex-1 flex-col justify-around gap-4">
      {neighbours.map(({ registry, lines, more }) => (
        <li key={registry.id} className={cx('flex items-center', side === 'right' && 'flex-row-reverse')}>
          <div className="w-52 shrink-0 self-stretch">
            <RegistryBox registry={registry} />
          </div>
          <ul className="flex min-w-0 flex-1 flex-col justify-center">
            {lines.map((line) => (
              <li key={line.policy_id}>
                <Line line={line} toRight={(line.to === 0) === (side === 'left')} />
              </li>
            ))}
            {more > 0 && (
              <li className="px-2 text-center text-12 text-ink-2">{t('more', { count: more })}</li>
            )}
          </ul>
        </li>
      ))}
    </ul>
  )
}

const healthLooks = {
  healthy: { icon: 'success', look: 'text-good' },
  failing: { icon: 'warning', look: 'text-warn' },
  unhealthy: { icon: 'error', look: 'text-bad' },
  unknown: { icon: 'info', look: 'text-ink-3' },
} as const

function RegistryBox({ registry }: { registry: MapRegistry }) {
  const t = useTranslations('registries')
  const { Link } = useUi()
  const health = healthOf(registry)
  const { icon, look } = healthLooks[health]
  const kindName = useKindName()
  return (
    <Link
      href={`${registriesPath}/${registry.id}`}
      title={registry.name}
      className="flex h-full min-h-16 flex-col justify-center gap-0.5 rounded-md border border-line-strong bg-surface px-3 py-2 text-13 shadow-1 hover:border-accent"
    >
      <span className="flex items-center gap-1.5">
        <Icon name={icon} size={14} className={cx('shrink-0', look)} />
        <span className="min-w-0 truncate font-semibold">{registry.name}</span>
        <span className="sr-only">{t(`states.${health}`)}</span>
      </span>
      <span className="text-12 wrap-anywhere text-ink-2">{kindName(registry.type)}</span>
      <span className="truncate font-mono text-12 text-ink-3">{hostOf(registry.url)}</span>
    </Link>
  )
}

/** A policy as an arrow with its name above and its state below. */
function Line({ line, toRight }: { line: MapLine; toRight: boolean }) {
  const t = useTranslations('replications')
  const { Link } = useUi()
  const state = stateOf(line)
  const { policy_id: policy, policy_name: name, last_execution: last, mirror } = line
  return (
    <div className="flex flex-col items-center px-1 py-1.5">
      <Link
        href={policyPath(policy)}
        title={name}
        className="max-w-full truncate rounded-md px-1 text-13 text-ink hover:text-accent hover:underline"
      >
        {name}
      </Link>
      <Arrow state={state} toRight={toRight} bothWays={mirror} />
      <span className="sr-only">{t(mirror ? 'map.mirrors' : line.to === 0 ? 'map.comes' : 'map.goes')}</span>
      {last ? (
        <Link href={executionPath(policy, last.id)} className="inline-flex rounded-md">
          <LineStatus line={line} />
          <span className="sr-only">{t('runNamed', { id: last.id })}</span>
        </Link>
      ) : (
        <LineStatus line={line} />
      )}
    </div>
  )
}

/** Drawn in the colour of its state and dashed while nothing goes along it; the word stands below. */
function Arrow({ state, toRight, bothWays }: { state: LineState; toRight: boolean; bothWays: boolean }) {
  const still = state === 'off' || state === 'never' || state === 'waiting'
  return (
    <span aria-hidden="true" className={cx('flex w-full items-center py-1', strokes[state])}>
      {(!toRight || bothWays) && <Head className="-mr-px rotate-180" />}
      <span className={cx('h-0 flex-1 border-t-2 border-current', still && 'border-dashed')} />
      {(toRight || bothWays) && <Head className="-ml-px" />}
    </span>
  )
}

const Head = ({ className }: { className: string }) => (
  <svg width="8" height="10" viewBox="0 0 8 10" aria-hidden="true" className={cx('shrink-0', className)}>
    <path d="M0 0 8 5 0 10Z" fill="currentColor" />
  </svg>
)

const hostOf = (url: string): string => URL.parse(url)?.host ?? url
