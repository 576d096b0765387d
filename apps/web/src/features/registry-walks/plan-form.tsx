'use client'
import { Button, TextField } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type FormEvent, useId, useState } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { Section } from '@/features/frame/section.tsx'
import { projectNameProblem } from '@/features/projects/project-name.ts'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { StartProblem } from './start-problem.tsx'
import { useStartWalk } from './use-start-walk.ts'

/** The first step of an adoption: what would be done, without doing it. */
export function PlanForm({ singleSegmentProject = '' }: { singleSegmentProject?: string }) {
  const t = useTranslations('registryWalks.adopt')
  const listId = useId()
  const walk = useStartWalk('adopt')
  const frozen = useSystemReadOnly()
  const [project, setProject] = useState(singleSegmentProject)
  const [rate, setRate] = useState('100')
  const [tried, setTried] = useState(false)
  const found = useApiQuery('listProjects', {
    query: { page_size: 10, sort: 'name', ...(project && { name: project }) },
  })
  const wrongProject = project !== '' && projectNameProblem(project) !== undefined
  const perSecond = Number(rate)
  const wrongRate = !Number.isInteger(perSecond) || perSecond < 1 || perSecond > 10_000

  function onSubmit(event: FormEvent) {
    event.preventDefault()
    setTried(true)
    if (wrongProject || wrongRate || walk.isPending) return
    walk.start({
      kind: 'plan',
      mend: false,
      requests_per_second: perSecond,
      ...(project && { single_segment_project: project }),
    })
  }

  return (
    <Section title={t('planTitle')} description={t('planHelp')}>
      <form noValidate onSubmit={onSubmit} className="flex max-w-120 flex-col gap-4">
        <StartProblem busy={walk.busy} error={walk.error} />
        <TextField
          label={t('single')}
          note={t('optional')}
          help={t('singleHelp')}
          error={tried && wrongProject ? t('singleWrong') : undefined}
          value={project}
          onChange={(event) => setProject(event.target.value.trim())}
          list={listId}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={255}
          className="font-mono text-13"
        />
        <datalist id={listId}>
          {found.data?.data.map(({ name }) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <TextField
          label={t('rate')}
          help={t('rateHelp')}
          error={tried && wrongRate ? t('rateWrong') : undefined}
          value={rate}
          onChange={(event) => setRate(event.target.value)}
          inputMode="numeric"
          autoComplete="off"
        />
        <div>
          <Button variant="primary" type="submit" busy={walk.isPending} disabled={frozen}>
            {t('plan')}
          </Button>
        </div>
      </form>
    </Section>
  )
}
