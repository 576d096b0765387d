import { type Actor, authorizeSystem } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import {
  type ConfigurationKey,
  type ConfigurationValue,
  configurationKeys,
  configurations,
  parseConfigurations,
} from './model.ts'
import { readConfigurations, writeConfigurations } from './store.ts'

export type ConfigurationItems = Record<ConfigurationKey, { value: ConfigurationValue; editable: boolean }>

/** @throws DomainError UNAUTHORIZED, FORBIDDEN */
export async function getConfigurations(core: Core, actor: Actor): Promise<ConfigurationItems> {
  authorizeSystem(actor, 'read', 'configuration')
  const set = await readConfigurations(core)
  return Object.fromEntries(
    configurationKeys.map((key) => {
      const { fallback, editable } = configurations[key]
      return [key, { value: editable ? (set[key] ?? fallback) : fallback, editable }]
    }),
  ) as ConfigurationItems
}

/** All of the changes or none. @throws DomainError UNAUTHORIZED, FORBIDDEN, BAD_REQUEST */
export async function updateConfigurations(
  core: Core,
  actor: Actor,
  input: Record<string, unknown>,
): Promise<void> {
  authorizeSystem(actor, 'update', 'configuration')
  await writeConfigurations(core, parseConfigurations(input))
}
