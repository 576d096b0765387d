import { randomBytes } from 'node:crypto'
import { administrator, freshBerth } from '@berth/testing/berth'
import { apiClient } from '../parts/api-client.ts'
import { buildSuite, SuiteError } from './suite.ts'

/** Runs the official suite against a whole Berth; 0 when nothing failed and nothing was skipped. */
export async function conformance(version: string): Promise<number> {
  const suite = await buildSuite(version).catch((error) => {
    if (!(error instanceof SuiteError)) throw error
    console.error(`The official conformance suite cannot be built here.\n${error.message}`)
  })
  if (!suite) return 2
  try {
    console.log(`official conformance suite ${suite.version}`)
    const berth = await freshBerth()
    try {
      const project = `conformance-${randomBytes(4).toString('hex')}`
      await apiClient(berth.url, administrator).call('createProject', {
        body: { project_name: project, metadata: { public: 'false' } },
      })
      const { exitCode, junit } = await suite.run({
        url: berth.url,
        repository: `${project}/main`,
        otherRepository: `${project}/other`,
        ...administrator,
      })
      const counts = countsOf(junit)
      console.log(`${counts.tests} tests, ${counts.failures} failed, ${counts.skipped} skipped`)
      return exitCode === 0 && counts.tests > 0 && counts.failures === 0 ? 0 : 1
    } finally {
      await berth.stop()
    }
  } finally {
    await suite.remove()
  }
}

/** The sums of a JUnit report: its first element carries them. */
export function countsOf(junit: string): { tests: number; failures: number; skipped: number } {
  const head = /<testsuites?\b[^>]*>/.exec(junit)?.[0] ?? ''
  const sum = (...names: string[]) =>
    names.reduce((total, name) => total + Number(new RegExp(`\\b${name}="(\\d+)"`).exec(head)?.[1] ?? 0), 0)
  return { tests: sum('tests'), failures: sum('failures', 'errors'), skipped: sum('skipped', 'disabled') }
}
