import { ApiError } from '@berth/contract'

/**
 * What a save that was refused says of a name: whether it was refused because of one (`clashes`), and whether that is
 * still the name of the form (`taken`). Another that is typed since may well be free.
 */
export function nameClash(
  error: unknown,
  refused: string | null | undefined,
  typed: string,
): { clashes: boolean; taken: boolean } {
  const clashes = error instanceof ApiError && error.status === 409
  return { clashes, taken: clashes && refused?.trim() === typed.trim() }
}
