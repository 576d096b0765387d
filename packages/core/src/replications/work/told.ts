/** How far a copy is. */
export interface Told {
  doneBytes: number
  /** 0: not known yet. */
  sizeBytes: number
  /** By this attempt. */
  sentBytes: number
  /** What of it stands in the sums. */
  toldBytes: number
}

/** What the sums are to be told. */
export const toldOf = ({ sizeBytes, doneBytes, sentBytes, toldBytes }: Told) => ({
  ...{ sizeBytes, doneBytes, sentBytes: Math.max(0, sentBytes - toldBytes) },
})
