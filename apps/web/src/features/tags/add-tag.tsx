'use client'
import { ApiError } from '@berth/contract'
import { Button, TextField, useNotify } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type FormEvent, useEffect, useState } from 'react'
import { useApiMutation } from '@/data/use-api.ts'
import { type ArtifactPlace, artifactInput } from '@/features/artifacts/artifact-input.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { showTags } from './tag-changes.ts'
import { tagNameProblem } from './tag-name.ts'

/** One field and one button, in place. `place` names the artifact by digest. */
export function AddTag({ place }: { place: ArtifactPlace }) {
  const t = useTranslations('tags')
  const notify = useNotify()
  const create = useApiMutation('createTag', showTags)
  const [name, setName] = useState('')
  // Until the script of this tab is here, nothing can be typed: the browser would send the form by itself.
  const [ready, setReady] = useState(false)
  useEffect(() => setReady(true), [])
  const [problem, setProblem] = useState<ReturnType<typeof tagNameProblem>>(null)
  const taken = create.error instanceof ApiError && create.error.status === 409

  async function onSubmit(event: FormEvent) {
    event.preventDefault()
    const wrong = tagNameProblem(name)
    setProblem(wrong)
    if (wrong || create.isPending) return
    await create.mutateAsync({ path: artifactInput(place).path, body: { name } })
    notify('good', t('added', { name }))
    setName('')
  }

  return (
    <form
      noValidate
      className="flex flex-col gap-3 rounded-md border border-line bg-surface p-3"
      onSubmit={(event) => void onSubmit(event).catch(() => {})}
    >
      {!taken && <ProblemBanner error={create.error} />}
      <fieldset disabled={!ready} className="flex flex-wrap items-start gap-2">
        <div className="min-w-0 flex-1 sm:max-w-lg">
          <TextField
            label={t('name')}
            help={t('nameHelp')}
            error={
              problem
                ? t(problem)
                : taken
                  ? t('nameTaken', { name: create.variables?.body.name ?? name })
                  : undefined
            }
            value={name}
            onChange={(event) => {
              setName(event.target.value)
              setProblem(null)
              if (create.error) create.reset()
            }}
            required
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={128}
            className="font-mono text-13"
          />
        </div>
        <Button type="submit" icon="plus" busy={create.isPending} className="mt-6">
          {t('add')}
        </Button>
      </fieldset>
    </form>
  )
}
