'use client'
import { Button, ConfirmDialog, Switch, useNotify } from '@berth/ui'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useApiMutation } from '@/data/use-api.ts'
import { ProblemBanner, useProblem } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'
import { ProjectReadOnlySwitch } from '@/features/read-only/project-read-only-switch.tsx'
import { isProjectReadOnly } from '@/features/read-only/read-only.ts'
import { projectInput } from './project-input.ts'
import { usePermissions, useProject } from './use-project.ts'

export function ProjectSettings({ project: name }: { project: string }) {
  const t = useTranslations('projects.settings')
  const project = useProject(name)
  const can = usePermissions(project?.project_id)
  if (!project) return null
  const fixed = !can('project', 'update')
  return (
    <div className="flex max-w-180 flex-col gap-4">
      <Section title={t('access')}>
        <PublicSwitch name={name} isPublic={project.metadata.public === 'true'} disabled={fixed} />
      </Section>
      <Section title={t('maintenance')}>
        <ProjectReadOnlySwitch project={name} readOnly={isProjectReadOnly(project)} disabled={fixed} />
      </Section>
      {can('project', 'delete') && (
        <Section title={t('danger')} description={t('dangerHelp')} danger>
          <DeleteProject name={name} repositoryCount={project.repo_count} />
        </Section>
      )}
    </div>
  )
}

type SwitchProps = { name: string; isPublic: boolean; disabled: boolean }

function PublicSwitch({ name, isPublic, disabled }: SwitchProps) {
  const t = useTranslations('projects.settings')
  const notify = useNotify()
  const router = useRouter()
  const describe = useProblem()
  const update = useApiMutation('updateProject', ['getProject', 'listProjects'])
  const shown = update.isPending ? update.variables?.body.metadata?.public === 'true' : isPublic
  return (
    <Switch
      label={t('public')}
      help={t('publicHelp')}
      checked={shown}
      disabled={disabled}
      onChange={(event) => {
        const next = event.target.checked
        update.mutate(
          { ...projectInput(name), body: { metadata: { public: String(next) } } },
          {
            onSuccess: () => {
              notify('good', t(next ? 'madePublic' : 'madePrivate', { name }))
              router.refresh()
            },
            onError: (error) => notify('bad', describe(error).said),
          },
        )
      }}
    />
  )
}

function DeleteProject({ name, repositoryCount }: { name: string; repositoryCount: number }) {
  const t = useTranslations('projects.settings')
  const [open, setOpen] = useState(false)
  const notify = useNotify()
  const router = useRouter()
  const queries = useQueryClient()
  const remove = useApiMutation('deleteProject')
  function confirm() {
    remove.mutate(projectInput(name), {
      onSuccess: () => {
        notify('good', t('deleted', { name }))
        queries.removeQueries({ queryKey: ['getProject'] })
        void queries.invalidateQueries({ queryKey: ['listProjects'] })
        router.replace('/projects')
      },
    })
  }
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Button variant="danger" icon="trash" disabled={repositoryCount > 0} onClick={() => setOpen(true)}>
        {t('delete')}
      </Button>
      {repositoryCount > 0 && (
        <p className="text-13 text-ink-2">{t('notEmpty', { count: repositoryCount })}</p>
      )}
      <ConfirmDialog
        open={open}
        onClose={() => setOpen(false)}
        title={t('deleteTitle', { name })}
        confirmLabel={t('deleteConfirm')}
        busy={remove.isPending}
        onConfirm={confirm}
        typeName={name}
        error={<ProblemBanner error={remove.error} />}
      >
        <p>{t('deleteLost')}</p>
      </ConfirmDialog>
    </div>
  )
}
