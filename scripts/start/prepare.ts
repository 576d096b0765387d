import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Prepared } from '../prepare.ts'
import { root } from './build.ts'

/** Migrations, first administrator and certificate bundle, in a process that ends (scripts/prepare.ts). */
export async function prepare(env: Record<string, string>): Promise<Prepared> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'scripts/prepare.ts')], {
      cwd: root,
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: join(root, '.cache/node'), ...env },
    })
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Prepared
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim()
    throw new Error(said || (error as Error).message)
  }
}
