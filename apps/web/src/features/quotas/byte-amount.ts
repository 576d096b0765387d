/** Amounts of storage as people write them: a number and a binary unit. */
export const byteUnits = ['MiB', 'GiB', 'TiB'] as const
export type ByteUnit = (typeof byteUnits)[number]

const unitBytes: Record<ByteUnit, number> = { MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 }

/** What a limit field holds; `unlimited` keeps the amount so that switching back does not lose it. */
export type LimitDraft = { unlimited: boolean; amount: string; unit: ByteUnit }

/** Bytes, -1 for no limit, or undefined for what is no positive amount that a number holds exactly. */
export function limitOf({ unlimited, amount, unit }: LimitDraft): number | undefined {
  if (unlimited) return -1
  // A comma is a decimal point in many languages; thousands are not grouped here.
  const text = amount.trim().replace(',', '.')
  if (!/^\d+(\.\d+)?$|^\.\d+$/.test(text)) return undefined
  const bytes = Math.round(Number(text) * unitBytes[unit])
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined
}

/** The field's content for a limit in bytes: the largest unit that leaves at least 1, three decimals at most. */
export function draftOf(limitBytes: number): LimitDraft {
  if (limitBytes < 0) return { unlimited: true, amount: '', unit: 'GiB' }
  const unit = byteUnits.findLast((one) => limitBytes >= unitBytes[one]) ?? 'MiB'
  return { unlimited: false, amount: String(Number((limitBytes / unitBytes[unit]).toFixed(3))), unit }
}
