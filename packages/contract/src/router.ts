import { operations } from './generated/operations.ts'
import type { Method, OperationId, OperationSpec } from './operation.ts'

export type Match =
  | { kind: 'match'; operationId: OperationId; params: Record<string, string> }
  | { kind: 'notFound' }
  | { kind: 'methodNotAllowed'; allow: Method[] }
  /** A segment is not valid percent-encoded UTF-8. */
  | { kind: 'malformed' }

interface Leaf {
  operationId: OperationId
  /** Names of the parameters along the way; they differ between operations that share a path's shape. */
  names: string[]
}

interface Node {
  fixed: Map<string, Node>
  variable: Node | undefined
  leaves: Map<string, Leaf>
}

const newNode = (): Node => ({ fixed: new Map(), variable: undefined, leaves: new Map() })

function build(): Node {
  const root = newNode()
  for (const [id, spec] of Object.entries<OperationSpec>(operations)) {
    const names: string[] = []
    let node = root
    for (const segment of spec.path.split('/').filter(Boolean)) {
      if (segment.startsWith('{')) {
        names.push(segment.slice(1, -1))
        node.variable ??= newNode()
        node = node.variable
      } else {
        const next = node.fixed.get(segment) ?? newNode()
        node.fixed.set(segment, next)
        node = next
      }
    }
    node.leaves.set(spec.method, { operationId: id as OperationId, names })
  }
  return root
}

const root = build()

/** A repository's slashes arrive encoded twice, or once from clients whose proxy leaves %2F alone. */
function decode(name: string, raw: string): string {
  const once = raw.includes('%') ? decodeURIComponent(raw) : raw
  return name === 'repository_name' && once.includes('%') ? decodeURIComponent(once) : once
}

/** Fixed segments win over parameters, but a method they lack may still be found at the parameter. */
function walk(
  node: Node,
  segments: string[],
  at: number,
  method: string,
  values: string[],
  allow: Set<Method>,
): Leaf | undefined {
  if (at === segments.length) {
    for (const known of node.leaves.keys()) allow.add(known as Method)
    return node.leaves.get(method)
  }
  const segment = segments[at]!
  const fixed = node.fixed.get(segment)
  if (fixed) {
    const leaf = walk(fixed, segments, at + 1, method, values, allow)
    if (leaf) return leaf
  }
  if (!node.variable || segment === '') return undefined
  values.push(segment)
  const leaf = walk(node.variable, segments, at + 1, method, values, allow)
  if (!leaf) values.pop()
  return leaf
}

/**
 * Finds the operation for a request.
 *
 * @param path the path beneath `/api/v2.0`, still percent-encoded and without the query; a slash at the end is ignored
 */
export function matchOperation(method: string, path: string): Match {
  if (!path.startsWith('/')) return { kind: 'notFound' }
  const segments = (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path).slice(1).split('/')
  const values: string[] = []
  const allow = new Set<Method>()
  const leaf = walk(root, segments, 0, method, values, allow)
  if (!leaf) return allow.size > 0 ? { kind: 'methodNotAllowed', allow: [...allow] } : { kind: 'notFound' }
  const params: Record<string, string> = {}
  try {
    leaf.names.forEach((name, index) => {
      params[name] = decode(name, values[index]!)
    })
  } catch {
    return { kind: 'malformed' }
  }
  return { kind: 'match', operationId: leaf.operationId, params }
}
