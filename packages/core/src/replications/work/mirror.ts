import type { Digest, RepositoryName, Tag } from '@berth/registry-client'
import type { Core } from '../../context/index.ts'
import type { Registry } from '../../registries/index.ts'
import { subjectOf } from '../events/attaching.ts'
import { type Found, forgetTagStates, readTagStates, writeTagStates } from '../following/index.ts'
import type { ReplicationPolicy } from '../model.ts'
import type { TagFact } from '../sites/index.ts'
import type { Direction } from './model.ts'

/** What is to become of a tag of a mirror, as seen from this Berth. */
export type Verdict = 'step' | 'push' | 'pull' | 'deleteHere' | 'deleteThere'

/**
 * Compares what both sides have under a tag with what both had when they last agreed: what only one side has changed goes
 * to the other. Where both have changed it, this Berth's stands; and a change stands against a deletion.
 *
 * @param deletion whether deletions are carried over; else what is missing comes back
 */
export function judge(
  { here, there, before }: Record<'here' | 'there' | 'before', Digest | undefined>,
  deletion: boolean,
): Verdict {
  if (here === there) return 'step'
  if (here && there) return before === here ? 'pull' : 'push'
  if (deletion && before !== undefined && before === (here ?? there))
    return here ? 'deleteHere' : 'deleteThere'
  return here ? 'push' : 'pull'
}

/** What one side has deleted, and goes at the other. */
export interface MirrorDeletion {
  digest: Digest
  tags: Tag[]
  /** A sentence: it may have been lost as well, and somebody has to say that it is to go. */
  doubt?: string
}

/** Fewer are no loss, even where a repository has no others. */
const DOUBTFUL_TAGS = 3

/**
 * Whether so many tags are missing on one side that it may have lost them: more than half of what both had. A Harbor that
 * was set up anew, or anything that came back from an older backup, says of itself nothing else.
 */
export const isDoubtful = (missing: number, agreed: number): boolean =>
  missing >= DOUBTFUL_TAGS && missing * 2 > agreed

/** Which repository of a mirror is compared, and from which side. */
interface Judged {
  policy: ReplicationPolicy
  registry: Registry
  direction: Direction
  repository: RepositoryName
}

/** Judges the tags that one side of a mirror has. */
export class MirrorJudge {
  private readonly core: Core
  private readonly judged: Judged
  private states: ReadonlyMap<Tag, Digest>
  private readonly known: ReadonlyMap<Tag, Digest>
  private isLost = false
  private readonly agreed = new Map<Tag, Digest>()
  private readonly seen = new Set<Tag>()
  private readonly leaving = new Map<Digest, Tag[]>()

  private constructor(core: Core, judged: Judged, states: ReadonlyMap<Tag, Digest>) {
    this.core = core
    this.judged = judged
    this.states = states
    this.known = states
  }

  static async open(core: Core, judged: Judged): Promise<MirrorJudge> {
    return new MirrorJudge(core, judged, await readTagStates(core, judged.policy.id, judged.repository))
  }

  /**
   * Of the tags of the side that is looked from those that go to the other one or are in step.
   *
   * @param tags those that the policy means
   * @param all every one that this side has
   */
  choose(tags: readonly TagFact[], all: readonly TagFact[], held: ReadonlyMap<Tag, TagFact>): TagFact[] {
    const { direction, policy } = this.judged
    const [way, gone] =
      direction === 'push' ? (['push', 'deleteHere'] as const) : (['pull', 'deleteThere'] as const)
    for (const tag of held.keys()) this.seen.add(tag)
    // A side that has nothing of a repository any more has lost it: whoever is set up anew must not empty the other, also
    // when only a part of what comes back has arrived.
    this.isLost = all.length === 0 || [...held.keys()].every((tag) => subjectOf(tag) !== undefined)
    if (this.isLost) this.states = new Map()
    return tags.filter(({ tag, digest }) => {
      this.seen.add(tag)
      const other = held.get(tag)?.digest
      const [here, there] = direction === 'push' ? [digest, other] : [other, digest]
      const verdict = judge({ here, there, before: this.states.get(tag) }, policy.deletion)
      if (verdict === 'step' && digest && this.states.get(tag) !== digest) this.agreed.set(tag, digest)
      if (verdict === gone && digest) this.leaving.set(digest, [...(this.leaving.get(digest) ?? []), tag])
      return verdict === 'step' || verdict === way
    })
  }

  get deletions(): MirrorDeletion[] {
    const missing = [...this.leaving.values()].reduce((sum, tags) => sum + tags.length, 0)
    const doubt = isDoubtful(missing, this.states.size) ? { doubt: this.doubtOf(missing) } : {}
    return [...this.leaving].map(([digest, tags]) => ({ digest, tags, ...doubt }))
  }

  private doubtOf(missing: number): string {
    const { direction, registry, repository } = this.judged
    const there = `at ${registry.name}`
    const [gone, stays] = direction === 'push' ? [there, 'here'] : ['here', there]
    return (
      `${missing} of ${this.states.size} tags of ${repository} that both sides had are gone ${gone}: it is left ${stays} until this task ` +
      'by itself is tried again, which deletes it; a run of the policy without deletion brings it back'
    )
  }

  /**
   * Remembers where both sides agree, and forgets what neither has, or what one has lost: new again, it is new. What an event
   * has written since the comparison began stays: it is younger than what was compared.
   *
   * @param wanted those that the policy means, of what was not remembered before
   */
  async remember(wanted: (fresh: Found[]) => Promise<Found[]>): Promise<void> {
    const { policy, registry, repository } = this.judged
    const { known } = this
    if (!this.isLost) {
      const fresh = await wanted([...this.agreed].map(([tag, digest]) => ({ tag, digest })))
      const agreed = new Map(fresh.map(({ tag, digest }) => [tag, digest]))
      await writeTagStates(this.core, { policyId: policy.id, registry }, repository, agreed, known)
    }
    const gone = [...known].filter(([tag]) => this.isLost || !this.seen.has(tag))
    for (const [digest, states] of Map.groupBy(gone, ([, before]) => before)) {
      const tags = states.map(([tag]) => tag)
      await forgetTagStates(this.core, policy.id, repository, tags, digest)
    }
  }
}
