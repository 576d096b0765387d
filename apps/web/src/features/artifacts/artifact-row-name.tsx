import { shortenDigest } from '@berth/ui'
import { type Artifact, newestTags } from './artifact-names.ts'

/** An artifact in a dialog's list: its tags and the beginning of its digest. */
export function ArtifactRowName({ artifact }: { artifact: Artifact }) {
  return (
    <>
      {newestTags(artifact).map(({ name }) => (
        <span key={name}>{name}</span>
      ))}
      <span className="text-ink-2">{shortenDigest(artifact.digest)}</span>
    </>
  )
}
