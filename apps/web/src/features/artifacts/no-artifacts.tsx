'use client'
import { ButtonLink, CommandBlock, EmptyState } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { loginCommands, pushCommands } from '@/features/repositories/commands.ts'
import { useRegistry } from '@/features/repositories/use-registry.ts'

type Props = {
  project: string
  repository: string
  mayPush: boolean
  filtered: boolean
  untagged: boolean
  /** Without any filter. */
  allHref: string
}

/** Why the list is empty, and the one next step. */
export default function NoArtifacts({ project, repository, mayPush, filtered, untagged, allHref }: Props) {
  const t = useTranslations('artifacts.empty')
  const registry = useRegistry()
  const path = { project_name: project, repository_name: repository }
  // Only this tells an empty repository from one whose tags have all moved on.
  const any = useApiQuery(
    'listArtifacts',
    { path, query: { page: 1, page_size: 1 } },
    { enabled: !filtered && !untagged },
  )
  if (filtered)
    return (
      <EmptyState
        icon="search"
        title={t('filtered')}
        action={<ButtonLink href={allHref}>{t('clear')}</ButtonLink>}
      >
        {t('filteredHelp')}
      </EmptyState>
    )
  if (any.data?.data.length)
    return (
      <EmptyState
        icon="tag"
        title={t('untagged')}
        action={<ButtonLink href={allHref}>{t('showUntagged')}</ButtonLink>}
      >
        {t('untaggedHelp')}
      </EmptyState>
    )
  return (
    <EmptyState
      icon="layers"
      title={t('title')}
      action={mayPush && registry && <FirstPush registry={registry} name={`${project}/${repository}:TAG`} />}
    >
      {t(mayPush ? 'push' : 'noPush')}
    </EmptyState>
  )
}

function FirstPush({
  registry,
  name,
}: {
  registry: NonNullable<ReturnType<typeof useRegistry>>
  name: string
}) {
  const t = useTranslations('repository')
  return (
    <div className="flex w-[min(620px,calc(100vw-64px))] flex-col gap-3 text-left">
      <CommandBlock label={t('signIn')} commands={loginCommands(registry)} />
      <CommandBlock label={t('push')} commands={pushCommands(registry, name)} />
    </div>
  )
}
