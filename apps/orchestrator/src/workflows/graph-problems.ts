// What can be wrong with the edges of a graph. Each problem names its place.
import { inOrder } from './in-order.ts'
import type { WorkflowNode } from './workflow.ts'

type Node = Pick<WorkflowNode, 'id' | 'after' | 'type' | 'when'>

export function findGraphProblems(nodes: readonly Node[], resultNode: string): string[] {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const missing = [...missingEdges(nodes, byId)]
  if (!byId.has(resultNode))
    missing.push(`its result is that of ${resultNode}, which does not exist`)
  // A path over an edge that does not exist says nothing.
  if (missing.length > 0) return missing

  const cycle = findCycle(nodes, byId)
  if (cycle !== undefined) return [`cycle: ${cycle.join(' → ')}`]

  const skippable = findSkippable(nodes).has(resultNode)
  return [
    ...unreachable(nodes),
    ...leadingNowhere(nodes, byId, resultNode),
    ...(skippable ? [`its result is that of ${resultNode}, which may be skipped`] : []),
  ]
}

function* missingEdges(nodes: readonly Node[], byId: ReadonlyMap<string, Node>) {
  for (const { id, after } of nodes) {
    for (const source of after) {
      if (source !== 'input' && !byId.has(source)) {
        yield `missing edge: ${id} comes after ${source}, which does not exist`
      }
    }
  }
}

/** Some cycle, from a node back to it, in the direction in which things would run. */
function findCycle(nodes: readonly Node[], byId: ReadonlyMap<string, Node>): string[] | undefined {
  const ordered = new Set(inOrder(nodes))
  const stuck = nodes.find((node) => !ordered.has(node))
  if (stuck === undefined) return undefined
  // Whatever is stuck comes after something stuck: going back from one to the next, one is met again.
  const path: string[] = []
  for (let at: Node = stuck; !path.includes(at.id); ) {
    path.unshift(at.id)
    const before = at.after.map((id) => byId.get(id)).find((one) => one && !ordered.has(one))
    if (before === undefined) return path
    at = before
    if (path.includes(at.id)) return [at.id, ...path.slice(0, path.indexOf(at.id) + 1)]
  }
  return path
}

/** Nothing would ever start them: no path leads there from the input. */
function unreachable(nodes: readonly Node[]): string[] {
  const reached = new Set(['input'])
  for (const { id, after } of inOrder(nodes)) {
    if (after.some((source) => reached.has(source))) reached.add(id)
  }
  return nodes
    .filter(({ id }) => !reached.has(id))
    .map(({ id }) => `unreachable: no path leads from the input to ${id}`)
}

/** They would run for nothing. */
function leadingNowhere(
  nodes: readonly Node[],
  byId: ReadonlyMap<string, Node>,
  resultNode: string,
): string[] {
  const needed = new Set([resultNode])
  for (const id of needed) for (const source of byId.get(id)?.after ?? []) needed.add(source)
  return nodes
    .filter(({ id }) => !needed.has(id))
    .map(({ id }) => `unreachable: no path leads from ${id} to the result`)
}

/** Nodes that may be skipped: by their own condition, or with what they come after, unless they are joins. */
export function findSkippable(nodes: readonly Node[]): ReadonlySet<string> {
  const skippable = new Set<string>()
  for (const { id, after, type, when } of inOrder(nodes)) {
    const skippedWith = type !== 'join' && after.some((source) => skippable.has(source))
    if (when !== undefined || skippedWith) skippable.add(id)
  }
  return skippable
}
