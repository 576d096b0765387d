import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type SettingName, settings } from '@berth/core/settings'
import { expect, it } from 'vitest'
import { root } from '../start/build.ts'
import { withSettingsTable } from './settings-table.ts'

it('in the README is the table in the code (mend with: node scripts/deploy/write-settings-table.ts)', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  expect(withSettingsTable(readme)).toBe(readme)
})

/** All sources of a room, tests aside. Not by `recursive`: that follows the workspace's links in circles. */
function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory())
      return entry.name === 'node_modules' || entry.name.startsWith('.')
        ? []
        : sources(`${folder}/${entry.name}`)
    const source = entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name)
    return source ? [readFileSync(join(root, folder, entry.name), 'utf8')] : []
  })
}

it('names no setting that nothing reads', () => {
  const code = [...sources('apps'), ...sources('scripts')].join('\n')
  const unread = (Object.keys(settings) as SettingName[]).filter(
    (name) => !new RegExp(`'${name}\\??'`).test(code),
  )
  expect(unread).toEqual([])
})

it('is the only door: no app reads an environment variable by its own name', () => {
  const apps = ['apps/gateway/src', 'apps/jobs/src', 'apps/web/src']
  const direct = apps
    .flatMap(sources)
    .flatMap((text) =>
      [...text.matchAll(/process\.env\.(BERTH_\w+|DATABASE_URL|REDIS_URL|REGISTRY_\w+)/g)].map((m) => m[1]),
    )
  expect(direct).toEqual([])
})
