import { Badge, cx } from '@berth/ui'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { type Document, type Operation, resolve, type Schema, typeName } from './openapi.ts'

type Props = { document: Document; operations: Operation[]; open: boolean }

/** Operations by tag, each a native disclosure: the page needs no script. */
export function OperationList({ document, operations, open }: Props) {
  const tags = Map.groupBy(operations, ({ tag }) => tag)
  return [...tags].map(([tag, members]) => (
    <section key={tag} aria-labelledby={`tag-${tag}`}>
      <h2 id={`tag-${tag}`} className="mb-2 text-14 font-semibold">
        {tag}
      </h2>
      <ul className="overflow-hidden rounded-md border border-line bg-surface">
        {members.map((operation) => (
          <li key={operation.id} id={operation.id} className="border-t border-line first:border-t-0">
            <details open={open}>
              <summary className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2 text-13 hover:bg-hover focus-visible:-outline-offset-2">
                <Method method={operation.method} />
                <code className="font-mono break-all">{operation.path}</code>
                <span className="text-ink-2" lang="en">
                  {operation.summary}
                </span>
              </summary>
              <OperationDetail document={document} operation={operation} />
            </details>
          </li>
        ))}
      </ul>
    </section>
  ))
}

function Method({ method }: { method: string }) {
  const tone = method === 'DELETE' ? 'bad' : method === 'GET' || method === 'HEAD' ? 'neutral' : 'accent'
  return (
    <span className="w-16 font-mono">
      <Badge tone={tone}>{method}</Badge>
    </span>
  )
}

async function OperationDetail({ document, operation }: { document: Document; operation: Operation }) {
  const t = await getTranslations('apiReference')
  const { parameters, body, answers, description } = operation
  return (
    <div className="flex flex-col gap-4 border-t border-line bg-canvas px-4 py-3 text-13">
      {description && (
        <p className="max-w-[80ch]" lang="en">
          {description}
        </p>
      )}
      {parameters.length > 0 && (
        <Part title={t('parameters')}>
          <Rows label={t('parameters')} heads={[t('name'), t('in'), t('type'), t('meaning')]}>
            {parameters.map((parameter) => (
              <tr key={parameter.in + parameter.name} className="align-top">
                <Cell mono>
                  {parameter.name}
                  {parameter.required && (
                    <span className="ml-2 font-sans text-12 text-warn">{t('required')}</span>
                  )}
                </Cell>
                <Cell>{t(`places.${parameter.in}`)}</Cell>
                <Cell mono>{typeName(parameter.schema)}</Cell>
                <Cell english>{parameter.description}</Cell>
              </tr>
            ))}
          </Rows>
        </Part>
      )}
      {body && (
        <Part title={t('body')}>
          <Fields document={document} schema={body} />
        </Part>
      )}
      <Part title={t('answers')}>
        <ul className="flex flex-col gap-2">
          {answers.map(({ status, description: meaning, schema }) => (
            <li key={status}>
              <span className="font-mono font-medium">{status}</span> <span lang="en">{meaning}</span>{' '}
              <span className="font-mono text-ink-2">{typeName(schema)}</span>
              {schema && status.startsWith('2') && <Fields document={document} schema={schema} />}
            </li>
          ))}
        </ul>
      </Part>
    </div>
  )
}

async function Fields({ document, schema }: { document: Document; schema: Schema }) {
  const t = await getTranslations('apiReference')
  const item = resolve(document, schema.items ?? schema)
  const fields = Object.entries(item.properties ?? {})
  if (fields.length === 0) return <p className="font-mono">{typeName(schema)}</p>
  return (
    <Rows label={typeName(schema) || t('body')} heads={[t('name'), t('type'), t('meaning')]}>
      {fields.map(([name, field]) => (
        <tr key={name} className="align-top">
          <Cell mono>
            {name}
            {item.required?.includes(name) && (
              <span className="ml-2 font-sans text-12 text-warn">{t('required')}</span>
            )}
          </Cell>
          <Cell mono>{typeName(field)}</Cell>
          <Cell english>{field.description}</Cell>
        </tr>
      ))}
    </Rows>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <h3 className="mb-1 text-12 font-semibold text-ink-2">{title}</h3>
      {children}
    </div>
  )
}

function Rows({ label, heads, children }: { label: string; heads: string[]; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    // biome-ignore lint/a11y/useSemanticElements: a section would be one more landmark per table
    <div role="group" aria-label={label} tabIndex={0} className="overflow-x-auto rounded-md">
      <table className="w-full text-left">
        <thead>
          <tr>
            {heads.map((head) => (
              <th
                key={head}
                scope="col"
                className="border-b border-line py-1 pr-4 text-12 font-medium text-ink-3"
              >
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}

function Cell({ mono, english, children }: { mono?: boolean; english?: boolean; children: ReactNode }) {
  return (
    <td
      lang={english ? 'en' : undefined}
      className={cx(
        'border-b border-line py-1.5 pr-4',
        mono ? 'font-mono text-12' : english ? 'min-w-56' : 'whitespace-nowrap',
      )}
    >
      {children}
    </td>
  )
}
