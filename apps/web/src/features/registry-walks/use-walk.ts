'use client'
import { useNotify } from '@berth/ui'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { walkInput } from './walk-input.ts'
import { addSample, isActive, type Sample } from './walk-progress.ts'

const POLL_MS = 1_000

/** A walk, asked for every second while it is active, with samples of its pace; says when it has ended. */
export function useWalk(id: number) {
  const t = useTranslations('registryWalks')
  const notify = useNotify()
  const queries = useQueryClient()
  const [active, setActive] = useState(true)
  const [samples, setSamples] = useState<Sample[]>([])
  const query = useApiQuery('getRegistryWalk', walkInput(id), { pollMs: active && POLL_MS })
  const walk = query.data?.data
  const status = walk?.status
  const done = walk?.counts.repositories_done ?? 0
  const before = useRef<string>(undefined)

  useEffect(() => setActive(status === undefined || isActive(status)), [status])
  useEffect(() => {
    if (status === 'running') setSamples((all) => addSample(all, { atMs: query.dataUpdatedAt, done }))
  }, [status, query.dataUpdatedAt, done])
  useEffect(() => {
    const ended = before.current !== undefined && isActive(before.current) && status && !isActive(status)
    before.current = status
    if (!ended) return
    for (const key of ['listRegistryFindings', 'listRegistryProposals', 'listRegistryWalks', 'listProjects'])
      void queries.invalidateQueries({ queryKey: [key] })
    if (status === 'done') notify('good', t('ended.done', { id }))
    if (status === 'failed') notify('bad', t('ended.failed', { id }))
  }, [status, id, notify, queries, t])

  return { walk, samples, error: query.error, refetch: query.refetch, setActive }
}
