'use client'
import { ApiError, type CallInput } from '@berth/contract'
import { useEffect, useState } from 'react'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import {
  changesOf,
  REMOVED,
  refusedKey,
  type SettingDraft,
  type StoredSettings,
  shownValue,
} from './settings-draft.ts'

type Body = CallInput<'updateConfigurations'>['body']

/** A form over some of the product settings: what is stored, what was changed here, and saving it all at once. */
export function useSettings(keys: readonly string[]) {
  const query = useApiQuery('getConfigurations', {})
  const update = useApiMutation('updateConfigurations', ['getConfigurations', 'getSystemInfo'])
  const [draft, setDraft] = useState<SettingDraft>({})
  const stored = (query.data?.data ?? {}) as StoredSettings
  const changes = changesOf(stored, draft)
  const dirty = Object.keys(changes).length > 0
  const refusal =
    update.error instanceof ApiError && update.error.status === 400
      ? (update.error.errors[0]?.message ?? '')
      : undefined
  const refused = refusal === undefined ? undefined : refusedKey(refusal, keys)
  const set = (some: SettingDraft) => {
    if (update.error) update.reset()
    setDraft((before) => ({ ...before, ...some }))
  }
  useEffect(() => {
    if (!dirty) return
    const ask = (event: Event) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [dirty])
  return {
    /** False for what this installation does not have. */
    has: (key: string) => stored[key] !== undefined,
    value: (key: string) => shownValue(stored, draft, key),
    removed: (key: string) => draft[key] === REMOVED,
    storedValue: (key: string) => stored[key]?.value,
    fixed: (key: string) => stored[key]?.editable === false,
    set,
    changes: changes as Body,
    dirty,
    discard: () => {
      update.reset()
      setDraft({})
    },
    save: () => {
      if (!dirty || update.isPending) return
      // What is typed while this is under way stays in the draft.
      const sent = draft
      update.mutate(
        { body: changes as Body },
        {
          onSuccess: () =>
            setDraft((now) =>
              Object.fromEntries(Object.entries(now).filter(([key, value]) => sent[key] !== value)),
            ),
        },
      )
    },
    saving: update.isPending,
    saved: update.isSuccess && !dirty,
    keys,
    /** The one field whose value was refused. */
    refused,
    /** Why all was refused, when it is about no field alone. */
    refusal: refused === undefined ? refusal : undefined,
    error: refusal === undefined ? update.error : null,
    problem: query.error,
  }
}

export type Settings = ReturnType<typeof useSettings>
