import { useTranslations } from 'next-intl'
import { explainedBy } from './outcome.ts'

/** Why something is as it is, in the person's language where it is known, with the words of whoever said so below it. */
export function Why({ code, sentence }: { code: string | undefined; sentence: string | undefined }) {
  const t = useTranslations('replications.why')
  const known = explainedBy(code)
  if (!known && !sentence) return null
  return (
    <span className="flex min-w-0 flex-col gap-0.5 text-12 wrap-anywhere">
      {known && <span>{t(known)}</span>}
      {sentence && (
        <span lang="en" className="text-ink-2">
          {sentence}
        </span>
      )}
    </span>
  )
}
