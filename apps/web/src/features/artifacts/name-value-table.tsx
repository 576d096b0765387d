'use client'
import { CopyButton, EmptyState, Table } from '@berth/ui'
import { SectionTitle } from './section-title.tsx'

type Pair = [name: string, value: string]
type Props = { id: string; title: string; name: string; value: string; pairs: Pair[]; empty: string }

/** Environment, labels, annotations: names and values that may be long and are worth copying. */
export function NameValueTable({ id, title, name, value, pairs, empty }: Props) {
  return (
    <Table<Pair>
      id={id}
      fixedColumns
      label={title}
      toolbar={<SectionTitle title={title} />}
      columns={[
        {
          id: 'name',
          header: name,
          primary: true,
          width: '34%',
          cell: ([key]) => <span className="font-mono text-13 font-normal break-all">{key}</span>,
        },
        {
          id: 'value',
          header: value,
          cell: ([, text]) => (
            <span className="flex items-start justify-between gap-2">
              <span className="py-1 font-mono text-13 [overflow-wrap:anywhere] whitespace-pre-wrap text-ink">
                {text}
              </span>
              {text && <CopyButton text={text} />}
            </span>
          ),
        },
      ]}
      rows={pairs}
      rowKey={([key]) => key}
      rowLabel={([key]) => key}
      empty={<EmptyState icon="info" title={empty} />}
    />
  )
}
