'use client'
import { ApiError } from '@berth/contract'
import { Button, Dialog, TextField, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { useApiMutation } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'

type Props = { what: 'renew' | 'turnOff'; onClose: () => void; onOff: () => void }

/** Asks for password and code. */
export function ProofDialog({ what, onClose, onOff }: Props) {
  const t = useTranslations('secondFactors')
  const { words } = useUi()
  const renew = useApiMutation('renewMyRecoveryCodes', ['getMySecondFactor'])
  const disable = useApiMutation('disableMySecondFactor', ['getMySecondFactor'])
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const change = what === 'renew' ? renew : disable
  const status = change.error instanceof ApiError ? change.error.status : 0
  const codes = renew.data?.data.recovery_codes
  function onSubmit(event: FormEvent) {
    event.preventDefault()
    const body = { password, code: code.trim() }
    if (what === 'renew') renew.mutate({ body })
    else
      disable.mutate(
        { body },
        {
          onSuccess: () => {
            onOff()
            onClose()
          },
        },
      )
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t(`titles.${what}`)}
      footer={
        codes ? (
          <Button variant="primary" onClick={onClose}>
            {t('kept')}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{words.cancel}</Button>
            <Button
              variant={what === 'renew' ? 'primary' : 'danger'}
              type="submit"
              form="second-factor-proof"
              busy={change.isPending}
            >
              {t(what)}
            </Button>
          </>
        )
      }
    >
      {codes ? (
        <RecoveryCodes codes={codes} />
      ) : (
        <form id="second-factor-proof" onSubmit={onSubmit} className="flex flex-col gap-4">
          {status !== 403 && status !== 422 && <ProblemBanner error={change.error} />}
          {what === 'turnOff' && <p>{t('turnOffHelp')}</p>}
          <TextField
            label={t('password')}
            type="password"
            autoComplete="current-password"
            required
            maxLength={128}
            error={status === 403 ? t('passwordWrong') : undefined}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
          <TextField
            label={t('code')}
            help={t('proofHelp')}
            autoComplete="one-time-code"
            required
            maxLength={32}
            error={status === 422 ? t('codeWrong') : undefined}
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
        </form>
      )}
    </Dialog>
  )
}
