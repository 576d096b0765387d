import { expect, test } from 'vitest'
import { immutableAmong, previewRule } from './rules.ts'

const pattern = '*{a,a}'.repeat(16)
const rules = Array.from({ length: 15 }, (_, n) => ({
  tag: { decoration: 'matches' as const, pattern: `${pattern}${n}` },
  repository: { decoration: 'matches' as const, pattern: '**' },
}))
const tags = Array.from({ length: 60 }, (_, n) => `${'a'.repeat(120)}-${n}`)

/** How often the event loop went round while `work` ran. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0
  let ended = false
  const count = () => {
    turns++
    if (!ended) setImmediate(count)
  }
  setImmediate(count)
  await work()
  ended = true
  return turns
}

test('costly patterns over many tags let others have their turn, however many ask', async () => {
  const once = async () => expect((await immutableAmong(rules, 'app', tags)).size).toBe(0)
  expect(await turnsDuring(() => Promise.all([once(), once(), once()]))).toBeGreaterThan(5)
})

test('a preview says how many tags it looked at before its time was over', async () => {
  const rows = tags.map((tag) => ({ repository: 'app', tag }))
  const rule = { ...rules[0]!, tag: { decoration: 'excludes' as const, pattern } }
  const limits = { maxExamples: 2, budgetMs: 60_000 }
  expect(await previewRule(rule, rows, limits)).toMatchObject({
    examinedTags: 60,
    coveredTags: 60,
    examples: [{ tag: tags[0] }, { tag: tags[1] }],
  })
  expect(await previewRule(rule, rows, { ...limits, budgetMs: 0 })).toMatchObject({ examinedTags: 1 })
})
