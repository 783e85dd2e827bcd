// Runs the nodes of a graph, each as soon as all that it comes after have ended, branches side by side.
import { type Branch, runBranches } from './branches.ts'
import type { AnyFacts, WorkflowNode } from './workflow.ts'

const maxParallelNodes = 8

export type Outcome =
  | { readonly state: 'skipped' }
  | {
      readonly state: 'finished'
      readonly output: unknown
      /** By an attempt before this one. */
      readonly restored: boolean
    }

export interface ReadyNode {
  readonly node: WorkflowNode
  readonly facts: AnyFacts
  /** Nothing that it depends on has run again: what was found out before still holds. */
  readonly mayBeRestored: boolean
  /** Aborted when a branch beside it has failed, and whenever `signal` of the whole is. */
  readonly signal: AbortSignal
}

/** Nodes come after all that they depend on. Returns the outcomes in the same order. */
export function runGraph(
  nodes: readonly WorkflowNode[],
  input: unknown,
  signal: AbortSignal,
  execute: (ready: ReadyNode) => Promise<Outcome>,
): Promise<Outcome[]> {
  const running = new Map<string, Promise<Outcome>>()

  async function run(node: WorkflowNode, branch: Branch): Promise<Outcome> {
    const sources = node.after.filter((id) => id !== 'input')
    // Those before it in the list have been started: the promise is there.
    const outcomes = await Promise.all(sources.map((id) => running.get(id) as Promise<Outcome>))
    if (node.type !== 'join' && outcomes.some(isSkipped)) return { state: 'skipped' }
    const outputs = Object.fromEntries(sources.map((id, i) => [id, outputOf(outcomes[i])]))
    const mayBeRestored = outcomes.every((one) => isSkipped(one) || one.restored)
    return branch((signal) => execute({ node, facts: { input, outputs }, mayBeRestored, signal }))
  }

  return runBranches(signal, maxParallelNodes, (branch) =>
    nodes.map((node) => {
      const outcome = run(node, branch)
      running.set(node.id, outcome)
      return outcome
    }),
  )
}

function isSkipped(outcome: Outcome): outcome is Extract<Outcome, { state: 'skipped' }> {
  return outcome.state === 'skipped'
}

function outputOf(outcome: Outcome | undefined): unknown {
  return outcome?.state === 'finished' ? outcome.output : undefined
}
