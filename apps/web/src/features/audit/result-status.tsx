'use client'
import type { Schemas } from '@berth/contract'
import { Status, type Tone } from '@berth/ui'
import { useTranslations } from 'next-intl'

const tones: Record<NonNullable<Schemas['AuditLogExt']['result']>, Tone> = {
  ok: 'good',
  refused: 'warn',
  failed: 'bad',
}

/** How it ended; the usual end needs no word. */
export function ResultStatus({ line: { result = 'ok' } }: { line: Schemas['AuditLogExt'] }) {
  const t = useTranslations('audit.results')
  return <Status tone={tones[result]}>{t(result)}</Status>
}
