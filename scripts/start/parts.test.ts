import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from './build.ts'
import { jobsProcess } from './parts.ts'

const text = (path: string) => readFile(join(root, path), 'utf8')

it('the jobs are started in the image, and measured by the test of their memory, as they are started here', async () => {
  const { flags, env } = jobsProcess
  const stage = /^FROM runtime AS jobs$([\s\S]*?)^FROM /m.exec(await text('Dockerfile'))![1]!
  const given = new Map(
    [...stage.matchAll(/^ENV (.+)$/gm)]
      .flatMap(([, all]) => all!.split(' '))
      .map((one) => one.split(/=(.*)/s) as [string, string]),
  )
  // What is compiled while the image is made is taken from its cache only with the same flags.
  const commands = [...stage.matchAll(/^(?:RUN|CMD) (\[.+\])$/gm)].map(
    ([, argv]) => JSON.parse(argv!) as string[],
  )
  expect(commands.map((argv) => argv.filter((one) => /^--./.test(one)))).toEqual([flags, flags])
  for (const [name, value] of Object.entries(env)) expect([name, given.get(name)]).toEqual([name, value])

  const measured = await text('packages/core/src/replications/work/memory.real.test.ts')
  const literal = /^const AS_STARTED = (\{[\s\S]*?^\})$/m.exec(measured)![1]!
  const asJson = literal
    .replaceAll("'", '"')
    .replaceAll(/(\w+): /g, '"$1": ')
    .replaceAll(/,(\s*\})/g, '$1')
  expect(JSON.parse(asJson)).toEqual(jobsProcess)
})
