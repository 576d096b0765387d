'use client'
import { ApiError } from '@berth/contract'
import { Button, CopyButton, Dialog, TextField, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { useApiMutation } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { QrCode } from './qr-code.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'

/** Password, then the app, then the recovery codes. */
export function SetupDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const t = useTranslations('secondFactors')
  const { words } = useUi()
  const begin = useApiMutation('beginMySecondFactor')
  const confirm = useApiMutation('confirmMySecondFactor', ['getMySecondFactor', 'listMySessions'])
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const setup = begin.data?.data
  const codes = confirm.data?.data.recovery_codes
  const step = setup ? confirm : begin
  const status = step.error instanceof ApiError ? step.error.status : 0
  function onSubmit(event: FormEvent) {
    event.preventDefault()
    if (!setup) begin.mutate({ body: { password } })
    else confirm.mutate({ body: { code: code.trim() } }, { onSuccess: onDone })
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('titles.setUp')}
      footer={
        codes ? (
          <Button variant="primary" onClick={onClose}>
            {t('kept')}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{words.cancel}</Button>
            <Button variant="primary" type="submit" form="second-factor-setup" busy={step.isPending}>
              {t(setup ? 'turnOn' : 'continue')}
            </Button>
          </>
        )
      }
    >
      {codes ? (
        <RecoveryCodes codes={codes} />
      ) : (
        <form id="second-factor-setup" onSubmit={onSubmit} className="flex flex-col gap-4">
          {status !== 403 && status !== 422 && <ProblemBanner error={step.error} />}
          {setup ? (
            <>
              <p>{t('scan')}</p>
              <QrCode text={setup.uri} label={t('qr')} />
              <div className="flex flex-col gap-1">
                <span className="text-13 text-ink-2">{t('scanHelp')}</span>
                <span className="flex items-start gap-1">
                  <code className="min-w-0 py-0.5 font-mono text-13 break-all">{setup.secret}</code>
                  <CopyButton text={setup.secret} />
                </span>
              </div>
              <TextField
                key="code"
                label={t('code')}
                help={t('codeHelp')}
                autoComplete="one-time-code"
                inputMode="numeric"
                required
                autoFocus
                maxLength={16}
                error={status === 422 ? t('codeWrong') : undefined}
                value={code}
                onChange={(event) => setCode(event.target.value)}
              />
            </>
          ) : (
            <TextField
              key="password"
              label={t('password')}
              type="password"
              autoComplete="current-password"
              required
              maxLength={128}
              error={status === 403 ? t('passwordWrong') : undefined}
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </form>
      )}
    </Dialog>
  )
}
