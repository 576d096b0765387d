import type { CallInput } from '@berth/contract'
import { type Artifact, hasPlatforms, isImage, isIndex } from './artifact-names.ts'

/** Which artifact a page shows: `reference` is a digest or a tag. */
export type ArtifactPlace = { project: string; repository: string; reference: string }

export function artifactInput({ project, repository, reference }: ArtifactPlace) {
  return {
    path: { project_name: project, repository_name: repository, reference },
    query: { with_tag: true, with_accessory: true, with_label: true, with_immutable_status: true },
  } satisfies CallInput<'getArtifact'>
}

type Addition = CallInput<'getAddition'>['path']['addition']

const documents: readonly Addition[] = ['manifest', 'config', 'readme.md', 'values.yaml']

/** Documents come as text, so that what is copied is byte for byte what was pushed. */
export function additionInput(place: ArtifactPlace, addition: Addition): CallInput<'getAddition'> {
  const path = { ...artifactInput(place).path, addition }
  return documents.includes(addition) ? { path, as: 'text' } : { path }
}

/** As many children of an index fit into one address; indexes with more show the rest without sizes. */
const askedChildren = 50

/** The artifacts an index lists, which the plain list leaves out. */
export function childrenInput(
  { project, repository }: ArtifactPlace,
  { references }: Artifact,
): CallInput<'listArtifacts'> {
  const digests = [...new Set(references?.map(({ child_digest }) => child_digest))].slice(0, askedChildren)
  return {
    path: { project_name: project, repository_name: repository },
    query: {
      page: 1,
      page_size: askedChildren,
      with_tag: false,
      q: `base=*,digest={${digests.map(encodeURIComponent).join(' ')}}`,
    },
  }
}

export const artifactTabs = [
  'overview',
  'readme',
  'values',
  'dependencies',
  'tags',
  'history',
  'configuration',
  'manifest',
] as const
export type ArtifactTab = (typeof artifactTabs)[number]

/** Tabs that are one addition of the API, which says of each artifact what it has. */
const chartTabs = {
  readme: 'readme.md',
  values: 'values.yaml',
  dependencies: 'dependencies',
} as const satisfies Partial<Record<ArtifactTab, Addition>>

const isChartTab = (tab: ArtifactTab): tab is keyof typeof chartTabs => Object.hasOwn(chartTabs, tab)

/** The tabs that have something to say about this artifact, and the one the URL asks for. */
export function tabsOf(
  artifact: Artifact,
  asked: string | null,
): { tabs: readonly ArtifactTab[]; tab: ArtifactTab } {
  const tabs = artifactTabs.filter((tab) => {
    if (isChartTab(tab)) return artifact.addition_links?.[chartTabs[tab]] !== undefined
    return (tab !== 'history' || isImage(artifact)) && (tab !== 'configuration' || !isIndex(artifact))
  })
  return { tabs, tab: tabs.find((one) => one === asked) ?? 'overview' }
}

/** What a tab reads besides the artifact itself. */
export function additionsOf(artifact: Artifact, tab: ArtifactTab): Addition[] {
  if (isChartTab(tab)) return [chartTabs[tab]]
  if (tab === 'manifest') return ['manifest']
  if (tab === 'configuration') return ['config']
  if (tab === 'tags' || hasPlatforms(artifact)) return []
  if (tab === 'history') return ['manifest', 'build_history']
  return isImage(artifact) ? ['manifest', 'build_history'] : ['manifest']
}
