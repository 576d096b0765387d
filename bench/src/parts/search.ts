import { latencyLine, sideBySide } from '../side-by-side.ts'
import type { Line } from '../table.ts'
import { millionPlan, type SearchPlan, seedSearch, tenThousandPlan } from '../world/seed-search.ts'
import { openSql } from '../world/sql.ts'
import { openWorld, type World } from '../world/world.ts'
import type { Part } from './part.ts'

const few = 'bench-few'
const many = 'bench-many'
const nobody = 'bench-outsider'
const members = { [few]: 3, [many]: 500, [nobody]: 0 }
const pageSize = 5

interface Case {
  what: string
  path(sample: Sample): string
  /** Hits that an answer has on both sides, or nothing at all. */
  hits: number | 'some'
}
const everything = (q: string, kind?: string) =>
  `/api/v2.0/search/everything?${new URLSearchParams({ q, page_size: String(pageSize), ...(kind && { kind }) })}`
const cases: Case[] = [
  { what: 'repositories, common word', path: () => everything('service', 'repository'), hits: pageSize },
  { what: 'tags, common prefix', path: () => everything('v', 'tag'), hits: pageSize },
  { what: 'one tag of all', path: ({ tag }) => everything(tag, 'tag'), hits: 1 },
  {
    what: 'one digest by 12 digits',
    path: ({ digest }) => everything(digest.slice(7, 19), 'digest'),
    hits: 1,
  },
  { what: 'annotations, common value', path: () => everything('vendor=acme', 'annotation'), hits: pageSize },
  { what: 'one annotation of all', path: ({ revision }) => everything(revision, 'annotation'), hits: 1 },
  { what: 'nothing to find', path: () => everything('zebra'), hits: 0 },
  { what: 'all kinds, common word', path: () => everything('service'), hits: 'some' },
  { what: "Harbor's search, part of a word", path: () => '/api/v2.0/search?q=ervice-001', hits: 'some' },
]

/** Things in a project that everybody sees who sees any. */
interface Sample {
  tag: string
  digest: string
  revision: string
}

/** The same search among 1,000,000 artifacts and among 10,000, in as many projects, by who asks. */
export const search: Part = async ({ pace, say }) => {
  const opened: World[] = []
  const open = async (name: string, plan: SearchPlan) => {
    say(`starting the Berth of ${name} artifacts`)
    const world = await openWorld()
    opened.push(world)
    const people: Record<string, string> = { administrator: world.admin }
    for (const username of Object.keys(members))
      people[username] = (await world.createUser(username)).authorization
    say(`filling it`)
    const began = Date.now()
    await seedSearch(world.databaseUrl, plan)
    say(`filled in ${Math.round((Date.now() - began) / 1_000)} s`)
    return { world, people }
  }
  try {
    const big = await open('1,000,000', millionPlan(members))
    const little = await open('10,000', tenThousandPlan(members))
    const lines: Line[] = []
    for (const [who, asWhom] of [
      ['administrator', 'administrator'],
      [few, 'developer of 3 projects'],
      [many, 'developer of 500 projects'],
      [nobody, 'outsider, 10 public projects'],
      [undefined, 'anonymous, 10 public projects'],
    ] as const) {
      for (const { what, path, hits } of cases) {
        const side = async ({ world, people }: typeof big) => {
          const headers: Record<string, string> = who === undefined ? {} : { authorization: people[who]! }
          const member = who === few || who === many
          const request = {
            url: `${world.url}${path(await sampleOf(world, member ? 'member' : 'public'))}`,
            headers,
          }
          const found = await countHits(request)
          if (hits === 'some' ? found === 0 : found !== hits)
            throw new Error(`${request.url} as ${asWhom}: ${found} hits instead of ${hits}`)
          return { request, pids: [world.pids.gateway] }
        }
        const comparison = await sideBySide(await side(big), await side(little), 1, {
          rounds: pace.rounds,
          seconds: pace.seconds / 6,
        })
        lines.push(
          latencyLine({ part: 'search', what: `${what}, ${asWhom}: p50`, goal: { atMost: 2 } }, comparison),
        )
      }
    }
    return lines
  } finally {
    for (const world of opened) await world.berth.stop()
  }
}

async function sampleOf(world: World, whose: 'member' | 'public'): Promise<Sample> {
  const sql = openSql(world.databaseUrl, 1)
  try {
    const open = whose === 'public' ? 'TRUE' : 'FALSE'
    const from = `FROM artifacts a JOIN projects p ON p.id = a.project_id
      WHERE p.id = (SELECT MIN(id) FROM projects WHERE id > 1000 AND public = ${open})`
    const [tag] = await sql.run<{ name: string }>(
      `SELECT t.name FROM tags t WHERE t.name LIKE 'only-%' AND t.artifact_id IN (SELECT a.id ${from}) LIMIT 1`,
    )
    const [digest] = await sql.run<{ digest: string }>(`SELECT a.digest ${from} ORDER BY a.id LIMIT 1`)
    const [term] = await sql.run<{ term: string }>(
      `SELECT term FROM artifact_terms WHERE position = 2 AND artifact_id IN (SELECT a.id ${from}) LIMIT 1`,
    )
    return { tag: tag!.name, digest: digest!.digest, revision: term!.term }
  } finally {
    await sql.close()
  }
}

async function countHits({
  url,
  headers,
}: {
  url: string
  headers: Record<string, string>
}): Promise<number> {
  const response = await fetch(url, { headers })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  const answer = (await response.json()) as { hits: unknown[] }[] | { repository: unknown[] }
  return Array.isArray(answer)
    ? answer.reduce((sum, { hits }) => sum + hits.length, 0)
    : answer.repository.length
}
