'use client'
import type { ReactNode } from 'react'
import { useSystemReadOnly } from './use-read-only.ts'

/** For buttons on pages that the server renders: nothing is offered that a read-only installation refuses. */
export function UnlessReadOnly({ children }: { children: ReactNode }) {
  return useSystemReadOnly() ? null : children
}
