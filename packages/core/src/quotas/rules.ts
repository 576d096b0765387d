import { DomainError } from '../errors/index.ts'
import { UNLIMITED, type Usage } from './model.ts'

/** From this share of the limit on a project counts as nearly full. */
export const WARNING_SHARE = 0.85

/** What adds nothing always fits: pushing again what the project holds already. */
export const fits = ({ limitBytes, usedBytes }: Usage, addedBytes: number): boolean =>
  addedBytes === 0 || limitBytes === UNLIMITED || usedBytes + addedBytes <= limitBytes

export const nearlyFull = ({ limitBytes, usedBytes }: Usage): boolean =>
  limitBytes !== UNLIMITED && usedBytes >= limitBytes * WARNING_SHARE

/** What a client is told; "configured upper limit" are the words that Harbor's clients look for. */
export const overLimit = ({ limitBytes, usedBytes }: Usage, addedBytes: number): DomainError =>
  new DomainError(
    'DENIED',
    `the project has no room for this: ${readable(addedBytes)} more on top of the ${readable(usedBytes)} in use ` +
      `will exceed the configured upper limit of ${readable(limitBytes)}`,
  )

export const full = ({ limitBytes, usedBytes }: Usage): DomainError =>
  new DomainError(
    'DENIED',
    `the project is full: with ${readable(usedBytes)} in use any upload will exceed the configured upper limit ` +
      `of ${readable(limitBytes)}`,
  )

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/** Rounded to one digit after the point. */
export function readable(bytes: number): string {
  const step = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1)
  return step === 0 ? `${bytes} B` : `${(bytes / 1024 ** step).toFixed(1)} ${units[step]}`
}
