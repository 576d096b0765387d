'use client'
import { Banner, Button, TextField } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { useApiMutation } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { useViewer } from '@/features/frame/providers.tsx'
import { Section } from '@/features/frame/section.tsx'

/** Sends a mail with the settings as they are stored, and shows what the server said. */
export default function TestMail({ ready, unsaved }: { ready: boolean; unsaved: boolean }) {
  const t = useTranslations('mail')
  const viewer = useViewer()
  const [to, setTo] = useState(viewer?.email ?? '')
  const test = useApiMutation('sendTestMail')
  const result = test.data?.data
  function onSubmit(event: FormEvent) {
    event.preventDefault()
    if (!test.isPending) test.mutate({ body: { to: to.trim() } })
  }
  return (
    <Section title={t('test')} description={t(unsaved ? 'testUnsaved' : 'testHelp')}>
      <form noValidate onSubmit={onSubmit} className="flex flex-col gap-3">
        <TextField
          label={t('to')}
          type="email"
          autoComplete="email"
          maxLength={255}
          value={to}
          onChange={(event) => setTo(event.target.value)}
        />
        <div>
          <Button type="submit" busy={test.isPending} disabled={!ready || to.trim() === ''}>
            {t('send')}
          </Button>
        </div>
        <div role="status">
          {result?.success === true && <Banner tone="good" title={t('sent')} />}
          {result?.success === false && (
            <Banner tone="bad" title={t('notSent')}>
              <span lang="en" className="break-words">
                {result.message}
              </span>
            </Banner>
          )}
        </div>
        <ProblemBanner error={test.error} />
      </form>
    </Section>
  )
}
