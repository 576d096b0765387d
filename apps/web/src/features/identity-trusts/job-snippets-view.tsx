'use client'
import { CopyButton, SelectField } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { Section } from '@/features/frame/section.tsx'
import { useRegistry } from '@/features/repositories/use-registry.ts'
import { jobSnippets } from './job-snippets.ts'

/** What a job has to do, ready to paste. */
export default function JobSnippets({ robot, audience }: { robot: string; audience: string }) {
  const t = useTranslations('identityTrusts.snippets')
  const registry = useRegistry()
  const external = useApiQuery('getSystemInfo', {}).data?.data.external_url
  const [chosen, setChosen] = useState(0)
  if (!registry || !external) return null
  const snippets = jobSnippets({ ...registry, url: external.replace(/\/+$/, '') }, robot, audience)
  const text = snippets[chosen]?.text ?? ''
  return (
    <Section title={t('title')} description={t('description')}>
      <div className="flex flex-col gap-3">
        <div className="flex items-end justify-between gap-2">
          <SelectField
            label={t('system')}
            value={String(chosen)}
            onChange={(event) => setChosen(Number(event.target.value))}
            options={snippets.map(({ name }, index) => ({ value: String(index), label: name }))}
          />
          <CopyButton text={text} />
        </div>
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable with the keyboard
          tabIndex={0}
          className="overflow-x-auto rounded-md bg-sunken px-3 py-2 font-mono text-12"
        >
          {text}
        </pre>
      </div>
    </Section>
  )
}
