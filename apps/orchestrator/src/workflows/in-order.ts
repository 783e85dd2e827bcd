import type { WorkflowNode } from './workflow.ts'

type Node = Pick<WorkflowNode, 'id' | 'after'>

/**
 * Each after all that it depends on, else as they were defined: what is ready together starts in that order, always.
 * Leaves out what waits for itself.
 */
export function inOrder<N extends Node>(nodes: readonly N[]): N[] {
  const ordered: N[] = []
  const known = new Set(['input'])
  const left = new Set(nodes)
  for (let before = -1; before !== ordered.length; ) {
    before = ordered.length
    for (const node of left) {
      if (!node.after.every((id) => known.has(id))) continue
      ordered.push(node)
      known.add(node.id)
      left.delete(node)
    }
  }
  return ordered
}
