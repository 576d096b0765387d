export type {
  RegistryFinding,
  RegistryProposal,
  RegistryWalk,
  WalkInput,
  WalkKind,
  WalkStatus,
} from './model.ts'
export { runWalks, type WalkResult } from './run-walks.ts'
export {
  getWalk,
  listFindings,
  listProposals,
  listWalks,
  resumeWalk,
  startReconcile,
  startWalk,
  stopWalk,
} from './service.ts'
