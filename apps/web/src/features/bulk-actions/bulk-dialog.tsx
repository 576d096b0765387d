'use client'
import type { OperationId } from '@berth/contract'
import { Button, Dialog, TextField, useNotify, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type ReactNode, useState } from 'react'
import { BulkRows } from './bulk-rows.tsx'
import { useBulkRun } from './use-bulk-run.ts'

export type BulkProps<Row> = {
  title: string
  rows: Row[]
  keyOf: (row: Row) => string
  /** How a row is named in the list: its tags, its digest. */
  nameOf: (row: Row) => ReactNode
  run: (row: Row) => Promise<unknown>
  /** Queries that show what is changed. */
  changes: readonly OperationId[]
  /** What will happen, and what there is to choose; gone once the work has begun. */
  children?: ReactNode
  startLabel: string
  danger?: boolean
  /** False while something is still to be chosen. */
  ready?: boolean
  /** Asked to be typed; only for what cannot be undone. */
  typeName?: string
  /** A reason in better words than the error's own. */
  explain?: (error: unknown, row: Row) => ReactNode | undefined
  /** What to show of a row that is done, such as a link; the dialog then stays when all is done. */
  resultOf?: (row: Row) => ReactNode
  doneNotice: string
  onClose: () => void
  /** Called instead of onClose when rows were done. `all`: every one. */
  onDone: (all: boolean) => void
}

/** Names what is affected, does it row by row with a way to stop, and says of each row what became of it. */
export function BulkDialog<Row>(props: BulkProps<Row>) {
  const { rows, resultOf, typeName } = props
  const t = useTranslations('bulk')
  const { words } = useUi()
  const notify = useNotify()
  const [typed, setTyped] = useState('')
  const run = useBulkRun(props.keyOf, props.run, props.changes)
  const stateOf = (row: Row) => run.outcomeOf(row)?.state
  const failed = rows.filter((row) => stateOf(row) === 'failed')
  const left = rows.filter((row) => stateOf(row) === undefined)
  const done = rows.filter((row) => stateOf(row) === 'done')
  const busy = run.phase === 'running' || run.phase === 'stopping'
  const ready = (props.ready ?? true) && (typeName === undefined || typed === typeName)

  async function work(some: Row[]) {
    const before = done.length
    const all = (await run.start(some)) && before + some.length === rows.length
    if (!all) return
    notify('good', props.doneNotice)
    if (!resultOf) props.onDone(true)
  }
  // Closing while work is under way stops it, so that what became of each row can still be read.
  const close = () => {
    if (busy) run.stop()
    else if (done.length > 0) props.onDone(done.length === rows.length)
    else props.onClose()
  }

  return (
    <Dialog
      open
      keepOpen={busy}
      onClose={close}
      title={props.title}
      footer={
        run.phase === 'idle' ? (
          <>
            <Button onClick={close}>{words.cancel}</Button>
            <Button
              variant={props.danger ? 'danger' : 'primary'}
              disabled={!ready}
              onClick={() => void work(rows)}
            >
              {props.startLabel}
            </Button>
          </>
        ) : busy ? (
          <Button busy={run.phase === 'stopping'} onClick={run.stop}>
            {t(run.phase === 'stopping' ? 'stopping' : 'stop')}
          </Button>
        ) : (
          <>
            <Button onClick={close}>{words.close}</Button>
            {failed.length > 0 && (
              <Button variant="primary" onClick={() => void work(failed)}>
                {t('retry', { count: failed.length })}
              </Button>
            )}
            {failed.length === 0 && left.length > 0 && (
              <Button variant="primary" onClick={() => void work(left)}>
                {t('continue', { count: left.length })}
              </Button>
            )}
          </>
        )
      }
    >
      {run.phase === 'idle' ? (
        props.children
      ) : (
        <div className="flex flex-col gap-1.5">
          <progress
            aria-label={props.title}
            max={rows.length}
            value={done.length + failed.length}
            className="h-1.5 w-full appearance-none overflow-hidden rounded-full bg-sunken [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-accent"
          />
          <p role="status" className="text-13 text-ink-2 tabular-nums">
            {t('progress', { done: done.length, count: rows.length })}
            {failed.length > 0 && (
              <span className="text-bad"> · {t('failed', { count: failed.length })}</span>
            )}
            {run.phase === 'over' && left.length > 0 && <span> · {t('left', { count: left.length })}</span>}
          </p>
        </div>
      )}
      <BulkRows {...props} outcomeOf={run.outcomeOf} begun={run.phase !== 'idle'} />
      {run.phase === 'idle' && typeName !== undefined && (
        <TextField
          label={words.typeToConfirm(typeName)}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          autoComplete="off"
          spellCheck={false}
          className="font-mono text-13"
        />
      )}
    </Dialog>
  )
}
