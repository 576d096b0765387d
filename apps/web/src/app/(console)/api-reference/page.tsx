import { basePath } from '@berth/contract'
import { EmptyState } from '@berth/ui'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { type Document, filterOperations, readOperations } from '@/features/api-reference/openapi.ts'
import { OperationFilter } from '@/features/api-reference/operation-filter.tsx'
import { OperationList } from '@/features/api-reference/operation-list.tsx'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { serverApi } from '@/server/api-client.ts'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('apiReference'))('title') }
}

type Props = { searchParams: Promise<{ q?: string | string[] }> }

export default async function ApiReferencePage({ searchParams }: Props) {
  const { q = '' } = await searchParams
  const filter = String(q).slice(0, 100)
  const t = await getTranslations('apiReference')
  const document = (await (await serverApi()).call('getOpenapi')).data as Document
  const operations = filterOperations(readOperations(document), filter)
  return (
    <div className="flex flex-col gap-4">
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={
          <a
            href={`${basePath}/openapi.json`}
            className="rounded-md text-13 text-accent underline underline-offset-2"
          >
            {t('document')}
          </a>
        }
      />
      <div className="flex flex-wrap items-center gap-3">
        <OperationFilter />
        <span role="status" className="text-13 text-ink-2">
          {t('operations', { count: operations.length })}
        </span>
        <span className="text-13 text-ink-2">
          {t('base')} <code className="font-mono">{basePath}</code>
        </span>
      </div>
      {operations.length > 0 ? (
        <OperationList
          document={document}
          operations={operations}
          open={filter !== '' && operations.length <= 3}
        />
      ) : (
        <EmptyState icon="search" title={t('none')}>
          {t('noneHelp')}
        </EmptyState>
      )}
    </div>
  )
}
