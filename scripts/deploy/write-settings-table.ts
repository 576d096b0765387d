// node scripts/deploy/write-settings-table.ts: brings the README's table up to date after a setting changed.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../start/build.ts'
import { withSettingsTable } from './settings-table.ts'

const path = join(root, 'README.md')
const text = withSettingsTable(readFileSync(path, 'utf8'))
if (text === undefined) throw new Error('README.md has no place for the table of settings')
writeFileSync(path, text)
