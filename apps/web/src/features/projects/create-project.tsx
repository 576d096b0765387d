'use client'
import { ApiError } from '@berth/contract'
import { Button, Checkbox, Dialog, TextField, useNotify, useUi } from '@berth/ui'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { useViewer } from '@/features/frame/providers.tsx'
import { draftOf, type LimitDraft, limitOf } from '@/features/quotas/byte-amount.ts'
import { LimitField } from '@/features/quotas/limit-field.tsx'
import { projectNameProblem, suggestProjectName } from './project-name.ts'

export default function CreateProject({ onClose }: { onClose: () => void }) {
  const t = useTranslations('projects')
  const { words } = useUi()
  const router = useRouter()
  const notify = useNotify()
  const create = useApiMutation('createProject', ['listProjects'])
  const [name, setName] = useState('')
  const [isPublic, setPublic] = useState(false)
  const [problem, setProblem] = useState<string>()
  // Only an administrator's limit has an effect.
  const viewer = useViewer()
  const standard = useApiQuery('getConfigurations', {}, { enabled: !!viewer?.sysadmin_flag }).data?.data
    .storage_per_project?.value
  const [chosenLimit, setLimit] = useState<LimitDraft>()
  const limit = chosenLimit ?? (standard === undefined ? undefined : draftOf(standard))
  const [limitWrong, setLimitWrong] = useState(false)
  const taken = create.error instanceof ApiError && create.error.status === 409

  async function onSubmit(event: FormEvent) {
    event.preventDefault()
    const wrong = projectNameProblem(name)
    const suggestion = wrong === 'nameInvalid' && suggestProjectName(name)
    const advice = suggestion ? ` ${t('create.nameSuggestion', { suggestion })}` : ''
    setProblem(wrong && t(`create.${wrong}`) + advice)
    const limitBytes = limit && limitOf(limit)
    setLimitWrong(limit !== undefined && limitBytes === undefined)
    if (wrong || (limit && limitBytes === undefined) || create.isPending) return
    await create.mutateAsync({
      body: {
        project_name: name,
        metadata: { public: String(isPublic) },
        ...(chosenLimit && { storage_limit: limitBytes }),
      },
    })
    notify('good', t('create.done', { name }))
    router.push(`/projects/${name}`)
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={t('create.title')}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button variant="primary" type="submit" form="create-project" busy={create.isPending}>
            {t('create.submit')}
          </Button>
        </>
      }
    >
      <form
        id="create-project"
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => void onSubmit(event).catch(() => {})}
      >
        {!taken && <ProblemBanner error={create.error} />}
        <TextField
          label={t('create.name')}
          help={t('create.nameHelp')}
          error={
            problem ??
            (taken ? t('create.nameTaken', { name: create.variables?.body.project_name ?? name }) : undefined)
          }
          value={name}
          onChange={(event) => setName(event.target.value)}
          required
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={255}
          className="font-mono text-13"
        />
        <Checkbox
          label={t('create.public')}
          help={t('create.publicHelp')}
          checked={isPublic}
          onChange={(event) => setPublic(event.target.checked)}
        />
        {limit && (
          <LimitField
            label={t('create.limit')}
            help={t('create.limitHelp')}
            value={limit}
            onChange={setLimit}
            invalid={limitWrong && limitOf(limit) === undefined}
          />
        )}
      </form>
    </Dialog>
  )
}
