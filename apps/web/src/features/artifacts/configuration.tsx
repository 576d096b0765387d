'use client'
import { Skeleton } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { type ArtifactPlace, additionInput } from './artifact-input.ts'
import { type Artifact, isImage } from './artifact-names.ts'
import { argumentsText, type ImageConfig, readImageConfig } from './image-config.ts'
import { NameValueTable } from './name-value-table.tsx'
import { RawDocument } from './raw-document.tsx'
import { SectionTitle } from './section-title.tsx'

/** How an image runs, and the configuration of any artifact as it was pushed. */
export default function Configuration({ place, artifact }: { place: ArtifactPlace; artifact: Artifact }) {
  const t = useTranslations('artifacts.configuration')
  const query = useApiQuery('getAddition', additionInput(place, 'config'))
  if (query.isError) return <ProblemBanner error={query.error} />
  if (query.isPending) return <Skeleton className="h-40 w-full" />
  const text = String(query.data.data ?? '')
  const config = readImageConfig(text)
  return (
    <div className="flex flex-col gap-6">
      {isImage(artifact) && (
        <>
          <RunFacts config={config} />
          <NameValueTable
            id="environment"
            title={t('environment')}
            name={t('name')}
            value={t('value')}
            pairs={config.environment}
            empty={t('noEnvironment')}
          />
          <NameValueTable
            id="image-labels"
            title={t('labels')}
            name={t('name')}
            value={t('value')}
            pairs={config.labels}
            empty={t('noLabels')}
          />
        </>
      )}
      <RawDocument title={t('raw')} text={text} />
    </div>
  )
}

function RunFacts({ config }: { config: ImageConfig }) {
  const t = useTranslations('artifacts.configuration')
  const facts: [name: string, value: string, always: boolean][] = [
    [t('entrypoint'), argumentsText(config.entrypoint), true],
    [t('command'), argumentsText(config.command), true],
    [t('workdir'), config.workdir || '/', true],
    [t('user'), config.user || t('rootUser'), true],
    [t('ports'), config.ports.join(', '), true],
    [t('volumes'), config.volumes.join(', '), false],
    [t('stopSignal'), config.stopSignal, false],
    [t('shell'), argumentsText(config.shell), false],
    [t('health'), argumentsText(config.healthCheck), false],
  ]
  return (
    <section className="flex flex-col gap-3">
      <SectionTitle title={t('run')} />
      <dl className="rounded-md border border-line bg-surface text-13">
        {facts
          .filter(([, value, always]) => value || always)
          .map(([name, value]) => (
            <div
              key={name}
              className="grid gap-x-4 border-t border-line px-3 py-2.5 first:border-t-0 sm:grid-cols-[200px_1fr]"
            >
              <dt className="text-ink-2">{name}</dt>
              <dd className={value ? 'font-mono break-all' : 'text-ink-3'}>{value || t('none')}</dd>
            </div>
          ))}
      </dl>
    </section>
  )
}
