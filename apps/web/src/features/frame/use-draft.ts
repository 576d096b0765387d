'use client'
import { useState } from 'react'

type Found<Problem> = { fieldId: string; problem: Problem }
type Checks<Draft, Problem, Use extends string> = Record<Use, (draft: Draft) => Found<Problem>[]>

/** What is typed into a form, and what is wrong with it for a use of it, as to save it, once somebody has tried that. */
export function useDraft<Draft, Problem, Use extends string>(
  first: () => Draft,
  checks: Checks<Draft, Problem, Use>,
  say: (problem: Problem) => string,
) {
  const [draft, setDraft] = useState(first)
  const [tried, setTried] = useState<{ use: Use; times: number }>()
  const problems = tried
    ? checks[tried.use](draft).map(({ fieldId, problem }) => ({ fieldId, message: say(problem) }))
    : []
  return {
    draft,
    problems,
    /** Whether somebody has tried to use it: fields that judge themselves begin to then. */
    tried: tried !== undefined,
    /** How often somebody has tried that. */
    attempts: tried?.times ?? 0,
    change: (changes: Partial<Draft>) => setDraft((now) => ({ ...now, ...changes })),
    errorOf: (fieldId: string): string | undefined =>
      problems.find((one) => one.fieldId === fieldId)?.message,
    /** Whether it can be used so; what is wrong is shown from now on. */
    attempt: (use: Use): boolean => {
      setTried((before) => ({ use, times: (before?.times ?? 0) + 1 }))
      return checks[use](draft).length === 0
    },
  }
}
