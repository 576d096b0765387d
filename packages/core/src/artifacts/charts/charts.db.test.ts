import { randomBytes } from 'node:crypto'
import { MEDIA_TYPES } from '@berth/registry-client'
import { addPerson, addProject, image, openShop, push, type Shop, testDatabase, write } from '@berth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Actor, ANONYMOUS, SYSTEM } from '../../authorization/index.ts'
import { additionsOf, getAddition, getArtifact } from '../index.ts'
import { chartArchive } from './archive.fixture.ts'
import { CHART_LIMITS } from './chart-file.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let shop: Shop

const files = {
  'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.3\n',
  'web/values.yaml': 'replicas: 1\n',
  'web/README.md': '# Web\n<script>alert(1)</script>\n',
}
const dependencies = [{ name: 'db', version: '~1.0', repository: 'oci://charts.example.com' }]
const chart = (
  seed: string,
  archive: Uint8Array,
  config: unknown = { name: 'web', version: '1.2.3', dependencies },
) =>
  image(seed, {
    configType: MEDIA_TYPES.helmConfig,
    config,
    layers: [archive],
    layerType: MEDIA_TYPES.helmChart,
  })

beforeAll(async () => {
  database = await testDatabase()
  shop = await openShop(database.url)
  await addProject(shop.core, 'team')
  await push(shop.core, 'team/web', chart('web', chartArchive(files)), '1.2.3')
})
afterAll(async () => {
  await shop.close()
  await database.drop()
})

const get = async (addition: string, reference = '1.2.3', actor: Actor = SYSTEM) => {
  const { mediaType, bytes } = await getAddition(shop.core, actor, {
    repository: 'team/web',
    reference,
    addition,
  })
  return [mediaType, new TextDecoder().decode(bytes)]
}

test('a chart gives its readme, its values and what it depends on', async () => {
  const artifact = await getArtifact(shop.core, SYSTEM, { repository: 'team/web', reference: '1.2.3' })
  expect([artifact.type, artifact.extraAttrs.version]).toEqual(['CHART', '1.2.3'])
  expect(additionsOf(artifact)).toEqual(['readme.md', 'values.yaml', 'dependencies'])
  // As packed, script and all, in a type that no browser runs.
  expect(await get('readme.md')).toEqual(['text/markdown; charset=utf-8', files['web/README.md']])
  expect(await get('values.yaml')).toEqual(['text/plain; charset=utf-8', files['web/values.yaml']])
  expect(await get('dependencies')).toEqual(['application/json', JSON.stringify(dependencies)])
  await expect(get('build_history')).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})

test('what a chart lacks is not found, and no dependencies are an empty list', async () => {
  await push(
    shop.core,
    'team/web',
    chart('bare', chartArchive({ 'web/Chart.yaml': 'name: web' }), { name: 'web' }),
    'bare',
  )
  for (const file of ['readme.md', 'values.yaml'])
    await expect(get(file, 'bare')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(await get('dependencies', 'bare')).toEqual(['application/json', '[]'])
  await push(shop.core, 'team/web', chart('odd', chartArchive(files), { dependencies: 'all of them' }), 'odd')
  expect(await get('dependencies', 'odd')).toEqual(['application/json', '[]'])
})

test('a chart that is broken, or a bomb, is an answer and no failure', async () => {
  const bomb = chartArchive({ 'web/zeros': '\0'.repeat(40_000_000), 'web/values.yaml': 'x' })
  for (const [tag, archive] of [
    ['noise', randomBytes(2_000)],
    ['bomb', bomb],
  ] as const) {
    await push(shop.core, 'team/web', chart(tag, archive), tag)
    await expect(get('values.yaml', tag)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  }
})

test('a chart whose archive claims to be huge is not even asked for, and one that is gone is not found', async () => {
  const pushed = chart('huge', chartArchive({ ...files, 'web/seed': 'huge' }))
  const huge = pushed.blobs[1]!
  const { prisma } = shop.core.db
  await write(shop.core, 'team/web', pushed, 'gone')
  await expect(get('values.yaml', 'gone')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await prisma.blob.update({
    where: { digest: huge.digest },
    data: { sizeBytes: CHART_LIMITS.maxArchiveBytes + 1 },
  })
  await expect(get('values.yaml', 'gone')).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})

test('additions of a chart are for those who may read it', async () => {
  const outsider = await addPerson(shop.core, 'outsider')
  for (const addition of ['readme.md', 'values.yaml', 'dependencies']) {
    await expect(get(addition, '1.2.3', outsider)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(get(addition, '1.2.3', ANONYMOUS)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  }
})
