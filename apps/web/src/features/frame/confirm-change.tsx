'use client'
import { ConfirmDialog, useNotify } from '@berth/ui'
import type { UseMutationResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ProblemBanner } from './problem.tsx'

type Props<Data, Input> = {
  change: Pick<UseMutationResult<Data, Error, Input>, 'mutate' | 'isPending' | 'error'>
  input: Input
  title: string
  confirmLabel: string
  /** What is told when it is done. */
  done: string
  onClose: () => void
  /** Instead of `onClose`, once it is done. */
  onDone?: () => void
  /** What is lost by it. */
  children: ReactNode
}

/** Asks before a change that cannot be taken back, makes it, and tells that it is made. */
export function ConfirmChange<Data, Input>(props: Props<Data, Input>) {
  const { change, input, title, confirmLabel, done, onClose, onDone = onClose, children } = props
  const notify = useNotify()
  const confirm = () =>
    change.mutate(input, {
      onSuccess: () => {
        notify('good', done)
        onDone()
      },
    })
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={title}
      confirmLabel={confirmLabel}
      busy={change.isPending}
      error={<ProblemBanner error={change.error} />}
      onConfirm={confirm}
    >
      {children}
    </ConfirmDialog>
  )
}
