import { isImageConfigType } from '@berth/registry-client'
import { fitting, type PlainObject, plainJson } from './plain-json.ts'

/** Larger configs are not read: a list would have to carry what is taken from them. */
export const MAX_CONFIG_BYTES = 1024 * 1024
const MAX_ATTRS_BYTES = 64 * 1024

/** The config as an object; undefined when the bytes are anything else. */
export function readConfig(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return isObject(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

/**
 * What is kept of a config for lists: of an image architecture, os, created, author and config, of anything else
 * (a chart, say) all its fields; at most 64 KiB.
 */
export function extraAttrs(config: Record<string, unknown>, mediaType: string): PlainObject {
  if (!isImageConfigType(mediaType)) return fitting(plainJson(config) as PlainObject, MAX_ATTRS_BYTES)
  const attrs: PlainObject = {}
  for (const field of ['architecture', 'os', 'created', 'author'])
    attrs[field] = typeof config[field] === 'string' ? plainJson(config[field]) : ''
  attrs.config = isObject(config.config) ? plainJson(config.config) : {}
  return fitting(attrs, MAX_ATTRS_BYTES)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
