import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

export interface LogFile {
  line(text: string): void
  close(): void
}

/** Appends lines with their time; the file before the current one is kept as `<path>.1`, so two caps at most. */
export function openLogFile(
  path: string,
  maxSizeBytes = 10 * 1024 * 1024,
  now: () => Date = () => new Date(),
): LogFile {
  mkdirSync(dirname(path), { recursive: true })
  let file = openSync(path, 'a', 0o640)
  let sizeBytes = fstatSync(file).size
  return {
    line(text) {
      const bytes = Buffer.from(`${now().toISOString()} ${text}\n`)
      if (sizeBytes > 0 && sizeBytes + bytes.length > maxSizeBytes) {
        closeSync(file)
        renameSync(path, `${path}.1`)
        file = openSync(path, 'a', 0o640)
        sizeBytes = 0
      }
      sizeBytes += bytes.length
      try {
        writeSync(file, bytes)
      } catch (error) {
        // A full disk must not take the registry down with the log.
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      }
    },
    close: () => closeSync(file),
  }
}
