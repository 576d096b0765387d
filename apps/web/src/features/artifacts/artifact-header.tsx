'use client'
import {
  Bytes,
  CommandBlock,
  Count,
  cx,
  Icon,
  Menu,
  type MenuItem,
  Reference,
  shortenDigest,
  Time,
} from '@berth/ui'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { pullCommands } from '@/features/repositories/commands.ts'
import { isDigest, repositoryPath } from '@/features/repositories/paths.ts'
import { useRegistry } from '@/features/repositories/use-registry.ts'
import type { ArtifactDeed, ArtifactDeeds } from './artifact-deeds.ts'
import type { ArtifactPlace } from './artifact-input.ts'
import { ArtifactLabels } from './artifact-labels.tsx'
import { type Artifact, isImage, isIndex, newestTags } from './artifact-names.ts'
import { platformName } from './platform-name.ts'
import { useTypeName } from './type-name.ts'

const ArtifactDialog = lazy(() => import('./artifact-dialog.tsx'))

type Props = { place: ArtifactPlace; artifact: Artifact; may: ArtifactDeeds }

export function ArtifactHeader({ place, artifact, may }: Props) {
  const t = useTranslations('artifacts')
  const router = useRouter()
  const registry = useRegistry()
  const [deed, setDeed] = useState<ArtifactDeed>()
  const choose = useTranslations('labels.choose')
  const { project, repository, reference } = place
  const target = {
    repository: `${project}/${repository}`,
    digest: artifact.digest,
    type: artifact.type,
    index: isIndex(artifact),
  }
  const tag = isDigest(reference) ? newestTags(artifact)[0]?.name : reference
  const items: MenuItem[] = [
    ...(may.label
      ? [{ label: choose('action'), icon: 'tag', onSelect: () => setDeed('label') } as const]
      : []),
    ...(may.copy
      ? [{ label: t('copy.action'), icon: 'copy', onSelect: () => setDeed('copy') } as const]
      : []),
    ...(may.delete
      ? [
          {
            label: t('delete.action'),
            icon: 'trash',
            danger: true,
            onSelect: () => setDeed('delete'),
          } as const,
        ]
      : []),
  ]
  return (
    <>
      <PageHeader
        title={<ArtifactTitle repository={repository} reference={reference} />}
        description={
          <Reference
            project={project}
            repository={repository}
            tag={tag}
            digest={artifact.digest}
            host={registry?.host}
          />
        }
        actions={
          items.length > 0 && <Menu label={t('actions')} tip trigger={<Icon name="more" />} items={items} />
        }
      />
      <Facts artifact={artifact} />
      {(may.label || (artifact.labels?.length ?? 0) > 0) && (
        <ArtifactLabels place={place} artifact={artifact} onChoose={may.label && (() => setDeed('label'))} />
      )}
      {registry && (
        <div className={cx('grid gap-3', tag && 'lg:grid-cols-2')}>
          {tag && (
            <CommandBlock
              label={t('page.pullTag', { tag })}
              commands={pullCommands(registry, { ...target, tag })}
            />
          )}
          <CommandBlock label={t('page.pullDigest')} commands={pullCommands(registry, target)} />
        </div>
      )}
      {deed && (
        <Suspense>
          <ArtifactDialog
            deed={deed}
            project={project}
            repository={repository}
            artifacts={[artifact]}
            onClose={() => setDeed(undefined)}
            onDone={() =>
              deed === 'delete' ? router.replace(repositoryPath(project, repository)) : setDeed(undefined)
            }
          />
        </Suspense>
      )}
    </>
  )
}

function ArtifactTitle({ repository, reference }: { repository: string; reference: string }) {
  const digest = isDigest(reference)
  return (
    <>
      {repository}
      <span className="font-normal text-ink-2">
        {digest ? '@' : ':'}
        {digest ? shortenDigest(reference) : reference}
      </span>
    </>
  )
}

type Fact = [name: string, value: ReactNode]

/** The few facts that a glance is for; those without a value are left out. */
function Facts({ artifact }: { artifact: Artifact }) {
  const t = useTranslations('artifacts.page')
  const typeName = useTypeName()
  const { extra_attrs: attributes, pull_count = 0, pull_time } = artifact
  const platform = isIndex(artifact) ? null : platformName(attributes)
  const created = typeof attributes?.created === 'string' ? attributes.created : ''
  const author = typeof attributes?.author === 'string' ? attributes.author : ''
  const facts: Fact[] = [
    [t('type'), typeName(artifact)],
    ...(artifact.artifact_type && !isImage(artifact)
      ? [
          [
            t('artifactType'),
            <span key="m" className="font-mono break-all">
              {artifact.artifact_type}
            </span>,
          ] as Fact,
        ]
      : []),
    ...(platform
      ? [
          [
            t('platform'),
            <span key="p" className="font-mono">
              {platform}
            </span>,
          ] as Fact,
        ]
      : []),
    [t('size'), <Bytes key="s" sizeBytes={artifact.size} />],
    [t('pushed'), <Time key="t" at={artifact.push_time} />],
    [t('pulls'), <Count key="n" value={pull_count} />],
    [t('pulled'), <Time key="u" at={pull_time} />],
    ...(created ? [[t('created'), <Time key="c" at={created} />] as Fact] : []),
    ...(author ? [[t('author'), author] as Fact] : []),
  ]
  return (
    <dl className="flex flex-wrap gap-x-8 gap-y-2 text-13">
      {facts.map(([name, value]) => (
        <div key={name} className="min-w-0">
          <dt className="text-12 text-ink-3">{name}</dt>
          <dd className="break-words">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
