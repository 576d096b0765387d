'use client'
import {
  Banner,
  Button,
  Checkbox,
  CommandBlock,
  CopyButton,
  Dialog,
  SelectField,
  TextField,
  useUi,
} from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { useApiMutation } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { useViewer } from '@/features/frame/providers.tsx'
import { useRegistry } from '@/features/repositories/use-registry.ts'
import { ProjectChoice } from '@/features/robots/project-choice.tsx'
import { robotLoginCommands } from '@/features/robots/robot-commands.ts'

const scopes = [
  { scope: 'pull', word: 'pull' },
  { scope: 'push', word: 'push' },
  { scope: 'api:read', word: 'apiRead' },
  { scope: 'api:write', word: 'apiWrite' },
] as const
type Scope = (typeof scopes)[number]['scope']
const FOR_EVER = '-1'
const durations = ['7', '30', '90', '365', FOR_EVER]

/** Asks what the token is for, then shows it: this one time. */
export function NewAccessToken({ onClose }: { onClose: () => void }) {
  const t = useTranslations('accessTokens')
  const { words } = useUi()
  const create = useApiMutation('createMyAccessToken', ['listMyAccessTokens'])
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<Scope[]>(['pull'])
  const [projects, setProjects] = useState<string[]>()
  const [days, setDays] = useState('90')
  const [checked, setChecked] = useState(false)
  const problems = {
    name: name.trim() === '' ? t('nameMissing') : undefined,
    scopes: chosen.length === 0 ? t('scopesMissing') : undefined,
    projects: projects?.length === 0 ? t('someMissing') : undefined,
  }
  const made = create.data?.data
  function onSubmit(event: FormEvent) {
    event.preventDefault()
    setChecked(true)
    if (Object.values(problems).some(Boolean)) return
    create.mutate({
      body: { name, scopes: chosen, duration: Number(days), ...(projects && { projects }) },
    })
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={made ? made.name : t('create')}
      footer={
        made ? (
          <Button variant="primary" onClick={onClose}>
            {t('close')}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{words.cancel}</Button>
            <Button variant="primary" type="submit" form="new-access-token" busy={create.isPending}>
              {t('submit')}
            </Button>
          </>
        )
      }
    >
      {made ? (
        <Made secret={made.secret} />
      ) : (
        <form id="new-access-token" noValidate onSubmit={onSubmit} className="flex flex-col gap-4">
          <ProblemBanner error={create.error} />
          <TextField
            label={t('name')}
            help={t('nameHelp')}
            error={checked ? problems.name : undefined}
            autoComplete="off"
            maxLength={64}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <fieldset className="flex flex-col gap-2">
            <legend className="mb-1 text-13 font-medium">{t('scopes')}</legend>
            {scopes.map(({ scope, word }) => (
              <Checkbox
                key={scope}
                label={t(`scope.${word}`)}
                checked={chosen.includes(scope)}
                onChange={(event) =>
                  setChosen((now) =>
                    event.target.checked ? [...now, scope] : now.filter((one) => one !== scope),
                  )
                }
              />
            ))}
            {checked && problems.scopes && <p className="text-13 text-bad">{problems.scopes}</p>}
          </fieldset>
          <SelectField
            label={t('where')}
            value={projects ? 'some' : 'all'}
            onChange={(event) => setProjects(event.target.value === 'some' ? [] : undefined)}
            options={[
              { value: 'all', label: t('all') },
              { value: 'some', label: t('some') },
            ]}
          />
          {projects && (
            <ProjectChoice
              id="access-token-projects"
              value={projects}
              onChange={setProjects}
              error={checked ? problems.projects : undefined}
            />
          )}
          <SelectField
            label={t('expires')}
            help={days === FOR_EVER ? t('neverHelp') : undefined}
            value={days}
            onChange={(event) => setDays(event.target.value)}
            options={durations.map((value) => ({
              value,
              label: value === FOR_EVER ? t('never') : t('days', { count: Number(value) }),
            }))}
          />
        </form>
      )}
    </Dialog>
  )
}

function Made({ secret }: { secret: string }) {
  const t = useTranslations('accessTokens')
  const viewer = useViewer()
  const registry = useRegistry()
  return (
    <>
      <Banner tone="warn" title={t('once')}>
        {t('onceHelp')}
      </Banner>
      <div className="flex flex-col gap-1">
        <span className="text-13 font-medium">{t('secret')}</span>
        <span className="flex items-start gap-1">
          <code className="min-w-0 py-0.5 font-mono text-13 break-all">{secret}</code>
          <CopyButton text={secret} />
        </span>
      </div>
      {viewer && registry && (
        <CommandBlock label={t('signIn')} commands={robotLoginCommands(registry, viewer.username)} />
      )}
    </>
  )
}
