'use client'
import type { Schemas } from '@berth/contract'
import { Time, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { Fact, Facts } from '@/features/frame/facts.tsx'
import { Section } from '@/features/frame/section.tsx'
import { nextTimes } from './cron-times.ts'
import { exampleName, exampleSource } from './destination-example.ts'
import { PolicyRoute } from './policy-route.tsx'
import { usePolicyWords } from './use-policy-words.ts'

type Policy = Schemas['ReplicationPolicy']

/** What a policy does, in words. */
export default function PolicyFacts({ policy }: { policy: Policy }) {
  const t = useTranslations('replications')
  const words = usePolicyWords()
  const { nowMs } = useUi()
  const { filters = [], trigger, enabled, speed = 0 } = policy
  const cron = trigger?.type === 'scheduled' ? trigger.trigger_settings?.cron : undefined
  const next = cron && enabled ? nextTimes(cron, nowMs, 1)?.[0] : undefined
  const options = [
    t(policy.override ? 'options.override' : 'options.keep'),
    ...(policy.deletion ? [t(policy.mirror ? 'options.deletionBothWays' : 'options.deletion')] : []),
    ...(policy.mirror ? [t('options.mirror')] : []),
    ...(policy.single_active_replication ? [t('options.singleActive')] : []),
    ...(policy.copy_by_chunk ? [t('options.copyByChunk')] : []),
    ...(speed > 0 ? [t('options.speed', { speed: words.speed(speed) })] : []),
  ]
  return (
    <Section title={t('facts.title')}>
      <Facts>
        <Fact name={t('columns.route')}>
          <PolicyRoute policy={policy} />
        </Fact>
        <Fact name={t('facts.what')}>
          {filters.length === 0 ? t('facts.everything') : <List items={filters.map(words.filter)} />}
        </Fact>
        {policy.dest_namespace && (
          <Fact name={t('facts.names')}>
            <ExampleNames policy={policy} />
          </Fact>
        )}
        <Fact name={t('columns.trigger')}>
          {words.trigger(policy)}
          {next !== undefined && (
            <span className="text-ink-2">
              {' · '}
              {t('facts.next')} <Time at={next} />
            </span>
          )}
        </Fact>
        <Fact name={t('facts.options')}>
          <List items={options} />
        </Fact>
      </Facts>
    </Section>
  )
}

const List = ({ items }: { items: string[] }) => (
  <ul className="flex flex-col gap-0.5">
    {items.map((item) => (
      <li key={item}>{item}</li>
    ))}
  </ul>
)

function ExampleNames({ policy }: { policy: Policy }) {
  const { dest_namespace: namespace = '', dest_namespace_replace_count: replaceCount = -1, filters } = policy
  const named = filters?.find(({ type }) => type === 'name')?.value
  const source = exampleSource(named === undefined ? undefined : String(named), replaceCount)
  return (
    <code className="font-mono text-13 wrap-anywhere">
      {source} → {exampleName(source, { namespace, replaceCount })}
    </code>
  )
}
