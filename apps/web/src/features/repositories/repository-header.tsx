'use client'
import type { Schemas } from '@berth/contract'
import { Icon, Menu, Reference, Time } from '@berth/ui'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useState } from 'react'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { shortName } from './paths.ts'
import { useRegistry } from './use-registry.ts'

const DeleteRepositories = lazy(() => import('./delete-repositories.tsx'))

type Props = { project: string; repository: Schemas['Repository']; mayDelete: boolean }

export function RepositoryHeader({ project, repository, mayDelete }: Props) {
  const t = useTranslations('repository')
  const router = useRouter()
  const host = useRegistry()?.host
  const [deleting, setDeleting] = useState(false)
  const name = shortName(repository.name)
  return (
    <>
      <PageHeader
        title={name}
        description={
          <span className="flex min-w-0 flex-wrap items-center gap-x-4 gap-y-0.5">
            <Reference project={project} repository={name} host={host} />
            <span className="tabular-nums">{t('facts.artifacts', { count: repository.artifact_count })}</span>
            <span className="tabular-nums">{t('facts.pulls', { count: repository.pull_count })}</span>
            <span>
              {t('facts.changed')} <Time at={repository.update_time} />
            </span>
          </span>
        }
        actions={
          mayDelete && (
            <Menu
              label={t('more')}
              tip
              trigger={<Icon name="more" />}
              items={[
                { label: t('delete.action'), icon: 'trash', danger: true, onSelect: () => setDeleting(true) },
              ]}
            />
          )
        }
      />
      {deleting && (
        <Suspense>
          <DeleteRepositories
            project={project}
            repositories={[repository]}
            onClose={() => setDeleting(false)}
            onDone={() => router.replace(`/projects/${encodeURIComponent(project)}`)}
          />
        </Suspense>
      )}
    </>
  )
}
