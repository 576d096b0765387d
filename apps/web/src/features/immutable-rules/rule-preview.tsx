'use client'
import { ApiError } from '@berth/contract'
import { Banner, Icon } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { useRested } from '@/data/use-rested.ts'
import { useProblem } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'
import { projectInput } from '@/features/projects/project-input.ts'
import { type RuleDraft, toBody } from './rule-draft.ts'

/** Asks the API, whose matcher also judges pushes, which tags the rule would cover; again when the typing rests. */
export function RulePreview({ project, draft }: { project: string; draft: RuleDraft }) {
  const t = useTranslations('immutableRules.preview')
  const describe = useProblem()
  const rested = useRested(draft)
  const ready = rested.tag.pattern !== '' && rested.repository.pattern !== ''
  const query = useApiQuery(
    'previewImmuRule',
    { ...projectInput(project), body: toBody({ ...rested, disabled: false }) },
    { enabled: ready, keepPrevious: true },
  )
  const preview = ready && !query.isError ? query.data?.data : undefined
  const refused = query.error instanceof ApiError && query.error.status === 400
  return (
    <Section title={t('title')} description={t('description')}>
      <div role="status" className="flex flex-col gap-3 text-13">
        {!ready && <p className="text-ink-2">{t('waiting')}</p>}
        {ready && query.isError && (
          <Banner tone="bad" title={refused ? t('wrong') : describe(query.error).title}>
            {describe(query.error).detail}
          </Banner>
        )}
        {preview && (
          <p className="text-14 font-medium">
            {preview.covered_tags === 0
              ? t('none')
              : t('covered', { tags: preview.covered_tags, repositories: preview.covered_repositories })}
          </p>
        )}
        {preview && !preview.complete && (
          <p className="text-ink-2">{t('part', { count: preview.examined_tags })}</p>
        )}
      </div>
      {preview && preview.examples.length > 0 && (
        <>
          <ul
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable with the keyboard
            tabIndex={0}
            aria-label={t('list')}
            className="mt-3 max-h-80 overflow-y-auto rounded-md bg-sunken py-1"
          >
            {preview.examples.map(({ repository_name, tag }) => (
              <li key={`${repository_name}:${tag}`} className="flex items-center gap-2 px-3 py-1">
                <Icon name="lock" size={12} className="shrink-0 text-ink-3" />
                <code className="min-w-0 font-mono text-13 break-all">
                  {repository_name}:{tag}
                </code>
              </li>
            ))}
          </ul>
          {preview.covered_tags > preview.examples.length && (
            <p className="mt-2 text-12 text-ink-3">{t('first', { count: preview.examples.length })}</p>
          )}
        </>
      )}
    </Section>
  )
}
