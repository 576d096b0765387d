import { useTranslations } from 'next-intl'
import { Explained } from '@/features/frame/explained.tsx'

/** Why something is as it is. A word that came later than this console is shown by the API's own sentence alone. */
export function Why({ code, sentence }: { code: string | undefined; sentence: string | undefined }) {
  const t = useTranslations('replications')
  const key = `why.${code}` as 'why.refused'
  const words = code !== undefined && t.has(key) ? t(key) : undefined
  // Of a stop there is no more to say.
  return <Explained words={words} sentence={code === 'stopped' && words ? undefined : sentence} />
}
