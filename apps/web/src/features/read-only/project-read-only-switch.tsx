'use client'
import { Switch, useNotify } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiMutation } from '@/data/use-api.ts'
import { useProblem } from '@/features/frame/problem.tsx'
import { projectInput } from '@/features/projects/project-input.ts'

type Props = { project: string; readOnly: boolean; disabled: boolean }

export function ProjectReadOnlySwitch({ project, readOnly, disabled }: Props) {
  const t = useTranslations('readOnly')
  const notify = useNotify()
  const describe = useProblem()
  const update = useApiMutation('updateProject', ['getProject'])
  const shown = update.isPending ? update.variables?.body.metadata?.read_only === 'true' : readOnly
  return (
    <Switch
      label={t('projectSwitch')}
      help={t('projectSwitchHelp')}
      checked={shown}
      disabled={disabled}
      onChange={(event) => {
        const next = event.target.checked
        update.mutate(
          { ...projectInput(project), body: { metadata: { read_only: String(next) } } },
          {
            onSuccess: () => notify('good', t(next ? 'projectOn' : 'projectOff', { project })),
            onError: (error) => notify('bad', describe(error).said),
          },
        )
      }}
    />
  )
}
