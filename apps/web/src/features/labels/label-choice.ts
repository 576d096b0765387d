import type { Artifact } from '@/features/artifacts/artifact-names.ts'

/** Label id → whether it shall be on the artifacts. Labels that stay as they are do not occur. */
export type Choice = ReadonlyMap<number, boolean>
type Labelled = Pick<Artifact, 'labels'>

const carries = ({ labels }: Labelled, id: number) => labels?.some((label) => label.id === id) ?? false

/** How many of the artifacts will carry the label: what was chosen, else what is. */
export function stateOf(artifacts: readonly Labelled[], choice: Choice, id: number): 'all' | 'some' | 'none' {
  const chosen = choice.get(id)
  if (chosen !== undefined) return chosen ? 'all' : 'none'
  const count = artifacts.filter((artifact) => carries(artifact, id)).length
  return count === 0 ? 'none' : count === artifacts.length ? 'all' : 'some'
}

/** From "some" to all, to none, and back to how it is; a choice that changes nothing is none. */
export function toggled(artifacts: readonly Labelled[], choice: Choice, id: number): Choice {
  const unchosen = new Map(choice)
  unchosen.delete(id)
  const found = stateOf(artifacts, unchosen, id)
  const chosen = choice.get(id)
  const next =
    found === 'some'
      ? chosen === undefined
        ? true
        : chosen
          ? false
          : undefined
      : chosen === undefined
        ? found === 'none'
        : undefined
  return next === undefined ? unchosen : unchosen.set(id, next)
}

/** What one artifact needs for the choice; what it has already is not asked for again. */
export function changesFor(artifact: Labelled, choice: Choice): { added: number[]; removed: number[] } {
  const added: number[] = []
  const removed: number[] = []
  for (const [id, on] of choice) {
    if (on !== carries(artifact, id)) (on ? added : removed).push(id)
  }
  return { added, removed }
}
