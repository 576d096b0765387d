'use client'
import type { Schemas } from '@berth/contract'
import { CopyButton, Dialog, formatExact, Time, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { Fact, Facts } from '@/features/frame/facts.tsx'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { type Change, readDetail } from './line-changes.ts'
import { ResultStatus } from './result-status.tsx'
import { useLineWords } from './use-line-words.ts'

type Line = Schemas['AuditLogExt']
type Props = { project: string | null; id: number; known: Line | undefined; onClose: () => void }

/** One line with all that is known; `known` is the line when the list has it already. */
export default function LinePanel({ project, id, known, onClose }: Props) {
  const t = useTranslations('audit')
  const words = useLineWords()
  const query = { q: `id=${id}`, page_size: 1 }
  const all = useApiQuery('listAuditLogExts', { query }, { enabled: !known && project === null })
  const ofProject = useApiQuery(
    'getLogExts',
    { path: { project_name: project ?? '' }, query },
    { enabled: !known && project !== null },
  )
  const asked = project === null ? all : ofProject
  const line = known ?? asked.data?.data[0]
  const title = line ? words.event(line) : t('line')
  return (
    <Dialog open onClose={onClose} title={title}>
      <ProblemBanner error={asked.error} />
      {!line && asked.isSuccess && <p className="text-13 text-ink-2">{t('lineGone')}</p>}
      {line && <LineFacts line={line} />}
    </Dialog>
  )
}

function LineFacts({ line }: { line: Line }) {
  const t = useTranslations('audit')
  const words = useLineWords()
  const { locale } = useUi()
  const { changes, rest } = readDetail(line.detail as Record<string, unknown> | undefined)
  const { actor_kind: kind = 'user', times = 1 } = line
  return (
    <>
      <Facts>
        <Fact name={t('columns.resource')}>
          <Mono>{line.resource}</Mono>
        </Fact>
        <Fact name={t('columns.result')}>
          <ResultStatus line={line} />
        </Fact>
        <Fact name={t('columns.actor')}>
          {kind === 'user' || kind === 'robot' ? (
            <>
              {line.username} <span className="text-ink-3">({t(`actors.${kind}`)})</span>
            </>
          ) : (
            t(`actors.${kind}`)
          )}
        </Fact>
        <Fact name={t('columns.time')}>
          {formatExact(Date.parse(line.op_time ?? ''), locale)}{' '}
          <span className="text-ink-3">
            (<Time at={line.op_time} />)
          </span>
        </Fact>
        {times > 1 && <Fact name={t('timesName')}>{t('times', { count: times })}</Fact>}
        <Fact name={t('columns.credential')}>{words.credential(line.credential ?? '')}</Fact>
        <Fact name={t('columns.address')}>
          <Mono>{line.address || '–'}</Mono>
        </Fact>
        <Fact name={t('columns.agent')}>{line.user_agent || '–'}</Fact>
        <Fact name={t('columns.request')}>
          {line.request_id ? (
            <span className="flex items-start gap-1">
              <Mono>{line.request_id}</Mono>
              <CopyButton text={line.request_id} />
            </span>
          ) : (
            '–'
          )}
        </Fact>
        {rest.map(([name, value]) => (
          <Fact key={name} name={name}>
            <Mono>{value || '–'}</Mono>
          </Fact>
        ))}
      </Facts>
      {changes.length > 0 && <Changes changes={changes} />}
    </>
  )
}

const Mono = ({ children }: { children: ReactNode }) => (
  <code className="font-mono text-13 break-all whitespace-pre-wrap">{children}</code>
)

function Changes({ changes }: { changes: Change[] }) {
  const t = useTranslations('audit')
  const cell = 'border-t border-line px-2 py-1.5 align-top'
  return (
    <table className="w-full border-separate border-spacing-0 rounded-md border border-line text-13">
      <caption className="pb-1 text-left font-medium">{t('changes')}</caption>
      <thead className="text-left text-12 text-ink-2">
        <tr>
          <th className="px-2 py-1.5 font-medium">{t('change.name')}</th>
          <th className="px-2 py-1.5 font-medium">{t('change.before')}</th>
          <th className="px-2 py-1.5 font-medium">{t('change.after')}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ name, before, after }) => (
          <tr key={name}>
            <th scope="row" className={`${cell} text-left font-normal break-words`}>
              {name}
            </th>
            <td className={cell}>
              {before === undefined ? <span className="text-ink-3">–</span> : <Mono>{before}</Mono>}
            </td>
            <td className={cell}>
              {after === undefined ? <span className="text-ink-3">–</span> : <Mono>{after}</Mono>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
