'use client'
import { Badge, Bytes, type Column, Count, Reference, Time, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { LabelsCell } from '@/features/labels/labels-cell.tsx'
import { artifactPath, repositoryPath } from '@/features/repositories/paths.ts'
import { type Artifact, newestTags } from './artifact-names.ts'
import { platformNames } from './platform-name.ts'
import { useTypeName } from './type-name.ts'

/** As many tags or platforms stand in a cell; the rest is counted and named in the tooltip. */
const shownTags = 2
const shownPlatforms = 2

export function useArtifactColumns(project: string, repository: string): Column<Artifact>[] {
  const t = useTranslations('artifacts.columns')
  const typeName = useTypeName()
  return [
    {
      id: 'tags',
      header: t('tags'),
      primary: true,
      cell: (artifact) => <TagsCell project={project} repository={repository} artifact={artifact} />,
    },
    {
      id: 'digest',
      header: t('digest'),
      cell: ({ digest }) => <Reference digest={digest} href={artifactPath(project, repository, digest)} />,
    },
    { id: 'type', header: t('type'), sortKey: 'type', cell: typeName },
    {
      id: 'labels',
      header: t('labels'),
      cell: ({ labels = [] }) => <LabelsCell labels={labels} path={repositoryPath(project, repository)} />,
    },
    {
      id: 'platforms',
      header: t('platforms'),
      cell: (artifact) => <Platforms names={platformNames(artifact)} />,
    },
    {
      id: 'size',
      header: t('size'),
      sortKey: 'size',
      align: 'end',
      cell: ({ size }) => <Bytes sizeBytes={size} />,
    },
    {
      id: 'pulls',
      header: t('pulls'),
      sortKey: 'pull_count',
      align: 'end',
      cell: ({ pull_count = 0 }) => <Count value={pull_count} />,
    },
    {
      id: 'pulled',
      header: t('pulled'),
      sortKey: 'pull_time',
      cell: ({ pull_time }) => <Time at={pull_time} />,
    },
    {
      id: 'pushed',
      header: t('pushed'),
      sortKey: 'push_time',
      cell: ({ push_time }) => <Time at={push_time} />,
    },
  ]
}

type TagsProps = { project: string; repository: string; artifact: Artifact }

function TagsCell({ project, repository, artifact }: TagsProps) {
  const t = useTranslations('artifacts')
  const { Link } = useUi()
  const tags = newestTags(artifact)
  const rest = tags.slice(shownTags)
  const path = artifactPath(project, repository, artifact.digest)
  if (tags.length === 0)
    return (
      <Link
        href={path}
        className="rounded-md font-normal text-ink-2 italic hover:text-accent hover:underline"
      >
        {t('untaggedTag')}
      </Link>
    )
  const more = t('moreTags', { count: rest.length, names: rest.map(({ name }) => name).join(', ') })
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-0.5">
      {tags.slice(0, shownTags).map(({ name }) => (
        <Link
          key={name}
          href={artifactPath(project, repository, name)}
          className="max-w-60 truncate rounded-md font-mono text-13 text-ink hover:text-accent hover:underline"
        >
          {name}
        </Link>
      ))}
      {rest.length > 0 && (
        <Link href={`${path}?tab=tags`} aria-label={more} data-tip={more} className="rounded-md">
          <Badge>+{rest.length}</Badge>
        </Link>
      )}
    </span>
  )
}

export function Platforms({ names }: { names: string[] }) {
  if (names.length === 0) return <span className="text-ink-3">–</span>
  const rest = names.slice(shownPlatforms)
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 font-mono text-12">
      {names.slice(0, shownPlatforms).map((name) => (
        <span key={name} className="whitespace-nowrap">
          {name}
        </span>
      ))}
      {rest.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the names behind the count must be reachable with the keyboard
        <span tabIndex={0} data-tip={rest.join(', ')} className="rounded-md">
          <Badge>
            +{rest.length}
            <span className="sr-only">: {rest.join(', ')}</span>
          </Badge>
        </span>
      )}
    </span>
  )
}
