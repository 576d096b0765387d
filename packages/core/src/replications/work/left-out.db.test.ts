import type { RepositoryName, Tag } from '@berth/registry-client'
import { addProject, image, openShop, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import {
  addPolicy,
  addRegistry,
  type Harbour,
  openHarbour,
  type Port,
  pushTo,
  runPolicy,
} from '../harbour.fixture.ts'
import type { PolicyInput } from '../model.ts'
import { previewPolicy } from '../previews/index.ts'

// What a source has and what cannot go, or what no filter can tell of it: people hear of it before and after a run.
let harbour: Harbour
let port: Port
let srcRegistryId: number
const one = image('left out')
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
  port = await harbour.openPort()
  srcRegistryId = await addRegistry(harbour.core, { url: port.registry.url })
})
afterAll(() => harbour.close())

async function previewAndRun(filters: PolicyInput['filters']) {
  const { core } = harbour
  const policy = { srcRegistryId, override: true, filters }
  const { items, problems, bytesKnown } = await previewPolicy(core, SYSTEM, policy)
  const { status, statusMessage, tasks, notes } = await runPolicy(core, await addPolicy(core, policy))
  return {
    preview: {
      items: items.length,
      problems: problems.map(({ reason, sentence }) => [reason, sentence]),
      bytesKnown,
    },
    run: { status, copied: tasks.Success, statusMessage },
    notes: notes.map(({ reason, sentence }) => [reason, sentence]),
  }
}

it('tags that can be none are left out, and their number and the first ones are told', async () => {
  await pushTo(port.client, 'team/odd', one, 'v1')
  const { tags } = port.registry.state.repositories.get('team/odd' as RepositoryName)!
  for (const tag of ['a tag', '.dot', 'ä', 'x'.repeat(129)]) tags.set(tag as Tag, one.digest)
  const words =
    /^4 tags are left out, whose names are not valid: team\/odd:\.dot, team\/odd:a tag, team\/odd:x{91}, …$/
  const found = await previewAndRun([{ type: 'name', value: 'team/odd' }])
  expect(found).toMatchObject({
    preview: { items: 1, problems: [['left_out', expect.stringMatching(words)]], bytesKnown: true },
    run: { status: 'Success', copied: 1 },
  })
  expect(found.run.statusMessage).toMatch(/; 4 tags are left out, .* team\/odd:\.dot, /)
  expect(found.notes).toEqual(found.preview.problems)
})

it('a name that reads like a note of its own adds none', async () => {
  await pushTo(port.client, 'team/sly', one, 'v1')
  const { tags } = port.registry.state.repositories.get('team/sly' as RepositoryName)!
  tags.set('x; 7 tags are left out, whose names are not valid: y' as Tag, one.digest)
  const { notes } = await previewAndRun([{ type: 'name', value: 'team/sly' }])
  expect(notes).toEqual([['left_out', expect.stringMatching(/^1 tags are left out, .*; 7 tags .*: y$/)]])
})

it('where nothing has labels a filter that wants some lets nothing pass, one that excludes some everything', async () => {
  await pushTo(port.client, 'team/plain', one, 'v1')
  const of = (decoration: string) => [
    { type: 'name', value: 'team/plain' },
    { type: 'label', value: ['tested'], decoration },
  ]
  const said = 'a registry of the type docker-registry knows no labels: a filter that'
  const wanted = `${said} wants some lets nothing pass`
  expect(await previewAndRun(of('matches'))).toEqual({
    preview: { items: 0, problems: [['no_labels', wanted]], bytesKnown: true },
    run: { status: 'Success', copied: 0, statusMessage: `0 tags are in step; ${wanted}` },
    notes: [['no_labels', wanted]],
  })
  const excluded = `${said} excludes some leaves nothing out`
  expect(await previewAndRun(of('excludes'))).toMatchObject({
    preview: { items: 1, problems: [['no_labels', excluded]], bytesKnown: true },
    run: { status: 'Success', copied: 1 },
    notes: [['no_labels', excluded]],
  })
})
