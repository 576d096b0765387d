/** How far a transfer is. Never less than what is known of it. */
export interface TransferProgress {
  /** Of all blobs that the artifact needs; 0: not known yet. */
  sizeBytes: number
  /** What the target has of them. */
  doneBytes: number
}

/** How far a replication is. */
export interface Progress {
  totalBytes: number
  doneBytes: number
  /** Of transfers that failed: what is left of them comes no more. */
  failedBytes: number
  /** Transfers whose size is known. */
  sized: number
  /** Tags for which there was nothing to do. */
  inStep: number
  bytesPerSecond: number
}

export const noProgress: Progress = {
  totalBytes: 0,
  doneBytes: 0,
  failedBytes: 0,
  sized: 0,
  inStep: 0,
  bytesPerSecond: 0,
}
