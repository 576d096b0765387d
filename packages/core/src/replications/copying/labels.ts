import { plainText } from '../../plain-text/index.ts'
import { mayPass } from '../sites/index.ts'
import type { Copying } from './model.ts'

/** Nobody needs more on one artifact; another side may say anything. */
const MAX_LABELS = 50

/**
 * Puts the labels that an artifact has at its source on what was copied, where both sides know labels; none is taken off. A label
 * that cannot be put fails no copy.
 *
 * @param words for an error
 * @returns sentences about what could not be put; throws the signal's reason only
 */
export async function carryLabels(
  { from, to, artifact, options: { signal } }: Copying,
  words: (error: unknown) => string,
): Promise<string[]> {
  if (!from.labels || !to.labels || artifact.tags.length === 0) return []
  const notes: string[] = []
  let isAway = false
  const attempt = async (what: string, work: () => Promise<void>) => {
    try {
      await work()
    } catch (error) {
      signal?.throwIfAborted()
      notes.push(`${what}: ${words(error)}`)
      isAway = mayPass(error)
    }
  }
  await attempt('its labels could not be read', async () => {
    const labels = await from.labels!.of(artifact.source, artifact.digest, { signal })
    if (labels.length > MAX_LABELS)
      notes.push(`only ${MAX_LABELS} of its ${labels.length} labels are carried`)
    // Who does not answer is not waited for once for each label.
    for (const label of labels.slice(0, MAX_LABELS))
      if (!isAway)
        await attempt(`the label ${plainText(label.name, 128)} was not carried`, () =>
          to.labels!.add(artifact.target, artifact.digest, label, { signal }),
        )
  })
  return notes
}
