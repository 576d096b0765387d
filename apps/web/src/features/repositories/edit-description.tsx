'use client'
import { Button, TextAreaField, useNotify, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useApiMutation } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import DescriptionView from './description-view.tsx'

/** What a TEXT column of either database holds. */
const limitBytes = 65_535

type Props = { project: string; repository: string; text: string; onClose: () => void }

export default function EditDescription({ project, repository, text, onClose }: Props) {
  const t = useTranslations('repository.description')
  const { words, locale } = useUi()
  const notify = useNotify()
  const save = useApiMutation('updateRepository', ['listRepositories'])
  const [draft, setDraft] = useState(text)
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => form.current?.querySelector('textarea')?.focus(), [])
  const usedBytes = new TextEncoder().encode(draft).length
  const number = (value: number) => value.toLocaleString(locale)

  async function onSubmit(event: FormEvent) {
    event.preventDefault()
    if (usedBytes > limitBytes || save.isPending) return
    await save.mutateAsync({
      path: { project_name: project, repository_name: repository },
      body: { description: draft },
    })
    notify('good', t('saved'))
    onClose()
  }

  return (
    <form
      ref={form}
      noValidate
      className="flex flex-col gap-3 rounded-md border border-line bg-surface p-3"
      onSubmit={(event) => void onSubmit(event).catch(() => {})}
    >
      <ProblemBanner error={save.error} />
      <TextAreaField
        label={t('field')}
        help={t('help')}
        note={
          usedBytes > limitBytes / 2
            ? t('length', { used: number(usedBytes), limit: number(limitBytes) })
            : undefined
        }
        error={usedBytes > limitBytes ? t('tooLong', { limit: number(limitBytes) }) : undefined}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        rows={8}
        className="font-mono text-13"
      />
      {draft.trim() !== '' && (
        <section
          aria-labelledby="description-preview"
          className="rounded-md border border-line bg-canvas px-3 py-2"
        >
          <h2 id="description-preview" className="mb-1 text-12 font-medium text-ink-2">
            {t('preview')}
          </h2>
          <DescriptionView text={draft} />
        </section>
      )}
      <div className="flex gap-2">
        <Button variant="primary" type="submit" busy={save.isPending} disabled={usedBytes > limitBytes}>
          {t('save')}
        </Button>
        <Button onClick={onClose}>{words.cancel}</Button>
      </div>
    </form>
  )
}
