import type { Schemas } from '@berth/contract'
import {
  getWalk,
  listFindings,
  listProposals,
  listWalks,
  type RegistryFinding,
  type RegistryProposal,
  type RegistryWalk,
  resumeWalk,
  startWalk,
  stopWalk,
} from '@berth/core/registry-walks'
import type { Handlers } from './handler.ts'
import { toId } from './references.ts'
import { created, done, ok, page } from './replies.ts'

const presentWalk = ({ options, counts, cursor, ...walk }: RegistryWalk): Schemas['RegistryWalk'] => ({
  id: walk.id,
  kind: walk.kind,
  status: walk.status,
  options: {
    mend: options.mend,
    requests_per_second: options.requestsPerSecond,
    projects: options.projects,
    ...(options.singleSegmentProject && { single_segment_project: options.singleSegmentProject }),
  },
  counts: {
    repositories: counts.repositories,
    repositories_done: counts.repositoriesDone,
    tags: counts.tags,
    requests: counts.requests,
    findings: counts.findings,
    mended: counts.mended,
    failed: counts.failed,
  },
  ...(cursor.phase === 'repositories' && cursor.after && { current_repository: cursor.after }),
  ...(walk.error && { error: walk.error }),
  ...(walk.createdByName !== null && { created_by: walk.createdByName }),
  creation_time: walk.createdAt.toISOString(),
  ...(walk.startedAt && { start_time: walk.startedAt.toISOString() }),
  ...(walk.beatAt && { update_time: walk.beatAt.toISOString() }),
  ...(walk.finishedAt && { end_time: walk.finishedAt.toISOString() }),
})

const presentFinding = (finding: RegistryFinding): Schemas['RegistryFinding'] => ({
  id: finding.id,
  kind: finding.kind,
  repository: finding.repository,
  ...(finding.reference && { reference: finding.reference }),
  ...(finding.detail && { detail: finding.detail }),
  mended: finding.mended,
  creation_time: finding.at.toISOString(),
})

const presentProposal = ({ existing, ...proposal }: RegistryProposal): Schemas['RegistryProposal'] => ({
  project: proposal.project,
  repositories: proposal.repositories,
  tags: proposal.tags,
  exists: existing !== null,
  ...(existing && { project_id: existing.id, public: existing.public }),
  ...(existing?.ownerName && { owner_name: existing.ownerName }),
})

export const registryWalks: Handlers<
  | 'listRegistryWalks'
  | 'startRegistryWalk'
  | 'getRegistryWalk'
  | 'stopRegistryWalk'
  | 'resumeRegistryWalk'
  | 'listRegistryFindings'
  | 'listRegistryProposals'
> = {
  async listRegistryWalks(context) {
    const query = context.listQuery()
    return page(context, query, await listWalks(context.core, context.actor, query), presentWalk)
  },

  async startRegistryWalk(context) {
    const { kind, mend, projects } = context.body
    const id = await startWalk(context.core, context.actor, {
      kind,
      mend,
      projects,
      requestsPerSecond: context.body.requests_per_second,
      singleSegmentProject: context.body.single_segment_project,
    })
    return created(context, id)
  },

  async getRegistryWalk({ core, actor, path }) {
    return ok(presentWalk(await getWalk(core, actor, toId(path.walk_id))))
  },

  async stopRegistryWalk({ core, actor, path }) {
    await stopWalk(core, actor, toId(path.walk_id))
    return done()
  },

  async resumeRegistryWalk({ core, actor, path }) {
    await resumeWalk(core, actor, toId(path.walk_id))
    return done()
  },

  async listRegistryFindings(context) {
    const query = context.listQuery()
    const found = await listFindings(context.core, context.actor, toId(context.path.walk_id), query)
    return page(context, query, found, presentFinding)
  },

  async listRegistryProposals(context) {
    const query = context.listQuery()
    const found = await listProposals(context.core, context.actor, toId(context.path.walk_id), query)
    return page(context, query, found, presentProposal)
  },
}
