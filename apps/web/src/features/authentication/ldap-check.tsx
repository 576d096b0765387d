'use client'
import type { CallInput, Schemas } from '@berth/contract'
import { Banner, Button, cx, Icon, type IconName, TextField } from '@berth/ui'
import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { useApiMutation } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'

type Step = Schemas['LdapCheckStep']

const looks: Record<Step['outcome'], { icon: IconName; ink: string }> = {
  ok: { icon: 'success', ink: 'text-good' },
  failed: { icon: 'error', ink: 'text-bad' },
  skipped: { icon: 'clock', ink: 'text-ink-3' },
}

type Props = { changes: CallInput<'updateConfigurations'>['body'] }

/** Tries the settings as they stand in the form, saved or not. It is no form of its own: the page's form saves. */
export default function LdapCheck({ changes }: Props) {
  const t = useTranslations('authentication.check')
  const check = useApiMutation('checkLdap')
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const unsaved = Object.keys(changes).length > 0
  const run = () => {
    if (check.isPending) return
    check.mutate({
      body: {
        ...(unsaved && { configuration: changes }),
        ...(username.trim() && { username: username.trim() }),
        ...(username.trim() && password && { password }),
      },
    })
  }
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
    event.preventDefault()
    run()
  }
  return (
    <Section title={t('title')} description={t(unsaved ? 'helpUnsaved' : 'help')}>
      <div className="flex flex-col gap-4">
        <TextField
          label={t('username')}
          note={t('optional')}
          help={t('usernameHelp')}
          value={username}
          onChange={(event) => setUsername(event.target.value)}
          onKeyDown={onKeyDown}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={255}
        />
        <TextField
          label={t('password')}
          note={t('optional')}
          help={t('passwordHelp')}
          type="password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          onKeyDown={onKeyDown}
          autoComplete="new-password"
          maxLength={1024}
        />
        <div>
          <Button icon="compare" busy={check.isPending} onClick={run}>
            {t('run')}
          </Button>
        </div>
        <ProblemBanner error={check.error} />
        <div role="status">{check.data && !check.isPending && <Result {...check.data.data} />}</div>
      </div>
    </Section>
  )
}

function Result({ success, steps }: Schemas['LdapCheck']) {
  const t = useTranslations('authentication.check')
  return (
    <div className="flex flex-col gap-3">
      <Banner tone={success ? 'good' : 'bad'} title={t(success ? 'works' : 'fails')} />
      <ol aria-label={t('steps')} className="flex flex-col">
        {steps.map((step, index) => (
          <StepRow
            // biome-ignore lint/suspicious/noArrayIndexKey: a result is shown as it came and never reordered
            key={index}
            step={step}
          />
        ))}
      </ol>
    </div>
  )
}

function StepRow({ step }: { step: Step }) {
  const t = useTranslations('authentication.check')
  const locale = useLocale()
  const { icon, ink } = looks[step.outcome]
  // The API's own words say more; they are English. In other languages what went wrong is told by its code.
  const own = locale === 'en' || !step.code || !t.has(`codes.${step.code}` as never)
  const message = own ? step.message : t(`codes.${step.code}` as never)
  const found = step.found ?? []
  return (
    <li className="flex gap-2 border-t border-line py-2.5 text-13 first:border-t-0">
      <Icon name={icon} className={cx('mt-0.5 shrink-0', ink)} />
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <p className="flex flex-wrap justify-between gap-x-3">
          <span className="font-medium">{t(`names.${step.step}`)}</span>
          <span className={ink}>{t(`outcomes.${step.outcome}`)}</span>
        </p>
        {step.url && <code className="font-mono text-12 break-all text-ink-2">{step.url}</code>}
        {message && <p lang={own ? 'en' : undefined}>{message}</p>}
        {step.result_code !== undefined && (
          <p className="text-12 text-ink-2">
            {t('result', { code: step.result_code, name: step.result_name ?? '' })}
          </p>
        )}
        {step.detail && (
          <code className="font-mono text-12 break-words text-ink-2" lang="en">
            {step.detail}
          </code>
        )}
        {own && step.hint && (
          <p className="flex gap-1.5 text-ink-2">
            <Icon name="info" className="mt-0.5 shrink-0" />
            <span lang="en">{step.hint}</span>
          </p>
        )}
        {found.length > 0 && (
          <details open={found.length <= 3}>
            <summary className="cursor-pointer text-12 text-ink-2">
              {t('found', { count: found.length })}
            </summary>
            <ul className="mt-1 flex flex-col gap-0.5">
              {found.map((dn) => (
                <li key={dn} className="font-mono text-12 break-all text-ink-2">
                  {dn}
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </li>
  )
}
