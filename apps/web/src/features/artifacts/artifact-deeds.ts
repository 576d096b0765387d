/** What can be done to chosen artifacts, each in a dialog of its own. */
export type ArtifactDeed = 'label' | 'copy' | 'delete'
export type ArtifactDeeds = Record<ArtifactDeed, boolean>
