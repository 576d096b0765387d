'use client'
import { Button, Icon, TextField } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type KeyboardEvent, useId, useState } from 'react'
import { asPart } from '@/data/as-part.ts'
import { useApiQuery } from '@/data/use-api.ts'

type Props = { id: string; value: string[]; onChange: (value: string[]) => void; error?: string }

/** Projects by name, one after the other: type, choose, Enter. */
export function ProjectChoice({ id, value, onChange, error }: Props) {
  const t = useTranslations('robots.projects')
  const listId = useId()
  const [typed, setTyped] = useState('')
  const name = typed.trim()
  const found = useApiQuery(
    'listProjects',
    { query: { q: `name=~${asPart(name)}`, page_size: 8 } },
    { enabled: name.length > 0, keepPrevious: true },
  )
  const add = () => {
    if (name === '') return
    if (!value.includes(name)) onChange([...value, name])
    setTyped('')
  }
  // Enter adds the project; the form is sent by its button.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || name === '') return
    event.preventDefault()
    add()
  }
  return (
    <div className="flex flex-col gap-2">
      <div className="flex max-w-120 items-start gap-2">
        <div className="min-w-0 flex-1">
          <TextField
            id={id}
            label={t('label')}
            help={t('help')}
            error={error}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            onKeyDown={onKeyDown}
            list={listId}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={255}
          />
          <datalist id={listId}>
            {found.data?.data.map((project) => (
              <option key={project.project_id} value={project.name} />
            ))}
          </datalist>
        </div>
        <Button className="mt-6" onClick={add}>
          {t('add')}
        </Button>
      </div>
      {value.length > 0 && (
        <ul aria-label={t('chosen')} className="flex flex-wrap gap-1.5">
          {value.map((project) => (
            <li
              key={project}
              className="inline-flex h-7 items-center gap-1 rounded-md bg-sunken pr-0.5 pl-2 text-13"
            >
              <span className="break-all">{project}</span>
              <button
                type="button"
                aria-label={t('remove', { name: project })}
                data-tip={t('remove', { name: project })}
                onClick={() => onChange(value.filter((one) => one !== project))}
                className="inline-flex size-6 items-center justify-center rounded-md text-ink-3 hover:bg-hover hover:text-ink"
              >
                <Icon name="close" size={12} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
