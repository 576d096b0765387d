import { badRequest } from '../errors/index.ts'

export const UNLIMITED = -1

/** Bytes; `limitBytes` -1 for no limit. */
export interface Usage {
  limitBytes: number
  usedBytes: number
}

export interface Quota extends Usage {
  id: number
  projectId: number
  projectName: string
  ownerName: string | null
  createdAt: Date
  updatedAt: Date
}

export const isStorageLimit = (value: unknown): value is number =>
  value === UNLIMITED || (Number.isSafeInteger(value) && (value as number) > 0)

/** Bytes; -1 for no limit. @throws DomainError BAD_REQUEST */
export function parseStorageLimit(value: unknown): number {
  if (isStorageLimit(value)) return value
  throw badRequest('the storage limit must be -1 or a positive number of bytes')
}
