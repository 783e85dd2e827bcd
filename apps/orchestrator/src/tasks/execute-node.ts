// What it takes to have the output of a node: nothing, if it is skipped or an attempt before this one has found it out;
// else a run, or one for each item, with each output saved before anything goes on from it.
import { attributes, events, spans, withSpan } from '@throughline/telemetry'
import type { Progress } from '../checkpoints/progress.ts'
import { runBranches } from '../workflows/branches.ts'
import type { Outcome, ReadyNode } from '../workflows/run-graph.ts'
import type { Attempt } from './attempt.ts'
import { type NodeDependencies, nodeAttributes, runNode, type Step } from './run-node.ts'

export function createExecution(
  progress: Progress,
  attempt: Attempt,
  dependencies: NodeDependencies,
): (ready: ReadyNode) => Promise<Outcome> {
  return async (ready) => {
    const { node, facts, mayBeRestored, signal } = ready
    if (node.when?.holds(facts) === false) {
      attempt.span.addEvent(events.nodeSkipped, { [attributes.nodeId]: node.id })
      return { state: 'skipped' }
    }
    const steps = stepsOf(ready)
    const done = new Map(mayBeRestored ? restoredOutputs(steps, progress) : [])
    const restored = mayBeRestored && done.size === steps.length

    async function have(step: Step, signal: AbortSignal): Promise<unknown> {
      if (done.has(step)) return done.get(step)
      const output = await runNode(step, attempt, dependencies, signal)
      await progress.save(step.name, output)
      return output
    }
    const haveAll = () =>
      runBranches(signal, node.concurrency ?? 1, (branch) =>
        steps.map((step) => branch((signal) => have(step, signal))),
      )

    if (node.items === undefined) {
      const output = await have(steps[0] as Step, signal)
      return { state: 'finished', output, restored }
    }
    const output = restored ? [...done.values()] : await withinEachSpan(ready, haveAll)
    return { state: 'finished', output, restored }
  }
}

function stepsOf({ node, facts }: ReadyNode): Step[] {
  if (node.items === undefined) return [{ node, facts, name: node.id }]
  const items = node.items(facts)
  return items.map((item, index) => {
    return { node, facts, name: `${node.id}[${index}]`, item: { item, index } }
  })
}

function restoredOutputs(steps: readonly Step[], { restored }: Progress): [Step, unknown][] {
  return steps.flatMap((step) => {
    if (!Object.hasOwn(restored, step.name)) return []
    // Of another form than the node promises: it runs again.
    const { success, data } = step.node.output.safeParse(restored[step.name])
    return success && data !== undefined ? [[step, data]] : []
  })
}

/** A span around those of the items. */
function withinEachSpan<Value>({ node }: ReadyNode, run: () => Promise<Value>): Promise<Value> {
  return withSpan(spans.runNode, nodeAttributes(node), async (span) => {
    const output = await run()
    span.addEvent(events.nodeCompleted)
    return output
  })
}
