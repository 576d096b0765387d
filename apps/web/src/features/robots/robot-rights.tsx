'use client'
import type { Schemas } from '@berth/contract'
import { useTranslations } from 'next-intl'
import { Fact, Facts } from '@/features/frame/facts.tsx'
import { Section } from '@/features/frame/section.tsx'
import { LimitWords } from '@/features/repository-limits/limit-words.tsx'
import { useDeedWords } from './use-deed-words.ts'

/** What a robot may do, for those who may only look. */
export function RobotRights({ robot }: { robot: Schemas['Robot'] }) {
  const t = useTranslations('robots')
  const words = useDeedWords()
  return (robot.permissions ?? []).map(({ namespace = '', access = [], repositories }) => (
    <Section key={namespace} title={t('places.inProject', { project: namespace })}>
      <Facts>
        <Fact name={t('places.repositories')}>
          <LimitWords patterns={repositories} />
        </Fact>
        {[...Map.groupBy(access, ({ resource = '' }) => resource)].map(([resource, deeds]) => (
          <Fact key={resource} name={words.resource(resource)}>
            {deeds.map(({ action = '' }) => words.action(action)).join(', ')}
          </Fact>
        ))}
      </Facts>
    </Section>
  ))
}
