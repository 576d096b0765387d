import type { Core } from '../../context/index.ts'
import { badRequest } from '../../errors/index.ts'
import { subjectOfTag } from '../accessories/tag-scheme.ts'
import { type Node, readAttached, readChildren, readSchemeTags } from './store.ts'

/** A manifest to copy, and the tags by which it is attached to another one. */
export interface CopyNode extends Node {
  tags: string[]
}

/** More manifests than this are no single artifact any more. */
const MAX_MANIFESTS = 2_000

/**
 * The artifact with its children and with everything attached to any of them, over all levels: children before the
 * index that names them, a subject before what is attached to it. A few queries per level.
 *
 * @throws DomainError BAD_REQUEST for more than 2,000 manifests
 */
export async function branchOf(core: Core, root: Node & { repositoryId: number }): Promise<CopyNode[]> {
  const nodes = new Map<number, Node>([[root.id, root]])
  const childrenOf = new Map<number, number[]>()
  let frontier: Node[] = [root]
  while (frontier.length > 0) {
    const [children, attached] = await Promise.all([
      readChildren(
        core,
        frontier.map(({ id }) => id),
      ),
      readAttached(
        core,
        root.repositoryId,
        frontier.map(({ digest }) => digest),
      ),
    ])
    for (const { parentId, node } of children)
      childrenOf.set(parentId, [...(childrenOf.get(parentId) ?? []), node.id])
    frontier = []
    for (const node of [...children.map((child) => child.node), ...attached])
      if (!nodes.has(node.id)) {
        nodes.set(node.id, node)
        frontier.push(node)
      }
    if (nodes.size > MAX_MANIFESTS) throw badRequest(`this artifact has more than ${MAX_MANIFESTS} manifests`)
  }
  const ordered = new Set<number>()
  const add = (id: number) => {
    if (ordered.has(id)) return
    // An index cannot name itself: its digest would have to contain itself.
    for (const child of childrenOf.get(id) ?? []) add(child)
    ordered.add(id)
  }
  for (const id of nodes.keys()) add(id)
  return withSchemeTags(
    core,
    [...ordered].map((id) => nodes.get(id)!),
  )
}

async function withSchemeTags(core: Core, nodes: readonly Node[]): Promise<CopyNode[]> {
  const digests = new Set(nodes.map(({ digest }) => digest))
  const tags = Map.groupBy(
    await readSchemeTags(
      core,
      nodes.map(({ id }) => id),
    ),
    (tag) => tag.artifact_id,
  )
  return nodes.map((node) => ({
    ...node,
    tags: (tags.get(node.id) ?? [])
      .map(({ name }) => name)
      .filter((name) => digests.has(subjectOfTag(name, node.manifestMediaType)?.digest ?? '')),
  }))
}
