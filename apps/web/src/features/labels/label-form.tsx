'use client'
import { ApiError } from '@berth/contract'
import { Button, cx, Dialog, Field, Icon, TextField, useNotify, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { useApiMutation } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { isColor, LabelChip } from './label-chip.tsx'
import { labelColors } from './label-colors.ts'
import type { Label, LabelSpace } from './label-list-state.ts'

type Props = {
  space: LabelSpace
  /** The label to change; without one a new label is made. */
  label?: Label | undefined
  onClose: () => void
}

const changed = ['ListLabels', 'listArtifacts', 'getArtifact'] as const

/** Name, description and colour, with the label as it will look. */
export default function LabelForm({ space, label, onClose }: Props) {
  const t = useTranslations('labels.form')
  const { words } = useUi()
  const notify = useNotify()
  const create = useApiMutation('CreateLabel', [...changed])
  const update = useApiMutation('UpdateLabel', [...changed])
  const [name, setName] = useState(label?.name ?? '')
  const [description, setDescription] = useState(label?.description ?? '')
  const [color, setColor] = useState<string>(label ? (label.color ?? '') : labelColors[0])
  const [missing, setMissing] = useState(false)
  const error = create.error ?? update.error
  const taken = error instanceof ApiError && error.status === 409
  const busy = create.isPending || update.isPending
  const tried = (label ? update : create).variables?.body?.name

  async function onSubmit(event: FormEvent) {
    event.preventDefault()
    setMissing(name.trim() === '')
    if (name.trim() === '' || busy) return
    const body = { name: name.trim(), description: description.trim(), color }
    if (label) await update.mutateAsync({ path: { label_id: label.id ?? 0 }, body })
    else {
      const { projectId } = space
      const place = projectId === null ? { scope: 'g' } : { scope: 'p', project_id: projectId }
      await create.mutateAsync({ body: { ...body, ...place } })
    }
    notify('good', t(label ? 'changed' : 'created', { name: body.name }))
    onClose()
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={t(label ? 'editTitle' : 'newTitle')}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button variant="primary" type="submit" form="label-form" busy={busy}>
            {t(label ? 'save' : 'create')}
          </Button>
        </>
      }
    >
      <form
        id="label-form"
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => void onSubmit(event).catch(() => {})}
      >
        {!taken && <ProblemBanner error={error} />}
        <TextField
          label={t('name')}
          error={missing ? t('missing') : taken ? t('taken', { name: tried ?? name }) : undefined}
          value={name}
          onChange={(event) => setName(event.target.value)}
          autoComplete="off"
          required
          maxLength={128}
        />
        <TextField
          label={t('description')}
          note={t('optional')}
          value={description}
          onChange={(event) => setDescription(event.target.value)}
          autoComplete="off"
          maxLength={1024}
        />
        <ColorField color={color} onChange={setColor} />
        <div className="flex flex-wrap items-center gap-3 rounded-md bg-sunken px-3 py-2">
          <span className="text-12 text-ink-2">{t('preview')}</span>
          <LabelChip label={{ name: name.trim() || t('sample'), color }} />
        </div>
      </form>
    </Dialog>
  )
}

/** A few colours that tell well apart, or any other. */
function ColorField({ color, onChange }: { color: string; onChange: (color: string) => void }) {
  const t = useTranslations('labels.form')
  return (
    <Field label={t('color')}>
      {(wiring) => (
        <div className="flex flex-wrap items-center gap-2">
          <input
            type="color"
            {...wiring}
            value={isColor(color) ? color : labelColors[0]}
            onChange={(event) => onChange(event.target.value)}
            className="h-8 w-12 cursor-pointer rounded-md border border-control bg-surface p-0.5"
          />
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a legend nobody needs to see */}
          <div role="group" aria-label={t('colors')} className="flex flex-wrap gap-1">
            {labelColors.map((one) => (
              <button
                key={one}
                type="button"
                aria-label={one}
                aria-pressed={one === color}
                onClick={() => onChange(one)}
                style={{ backgroundColor: one }}
                className={cx(
                  'flex size-6 items-center justify-center rounded-full border border-line-strong text-on-accent',
                  one === color && 'outline-2 outline-offset-1 outline-ink',
                )}
              />
            ))}
            <button
              type="button"
              aria-label={t('noColor')}
              data-tip={t('noColor')}
              aria-pressed={color === ''}
              onClick={() => onChange('')}
              className={cx(
                'flex size-6 items-center justify-center rounded-full border border-line-strong bg-sunken text-ink-3',
                color === '' && 'outline-2 outline-offset-1 outline-ink',
              )}
            >
              <Icon name="close" size={12} />
            </button>
          </div>
        </div>
      )}
    </Field>
  )
}
