// Runs workflows as a process would that dies when it has passed so many points: before and after each run of a node, and
// before and after each write. From then on nothing in it goes on.
import { z } from 'zod'
import type { CheckpointStore } from '../checkpoints/checkpoint-store.ts'
import type { Attempt } from '../tasks/attempt.ts'
import { runWorkflow } from '../tasks/run-workflow.ts'
import { checkWorkflow } from '../workflows/check-workflow.ts'
import type { RunContext, WorkflowNode } from '../workflows/workflow.ts'

export interface MortalProcess {
  /** What it did, in order: `run` a step, `save` a step. */
  readonly log: readonly { readonly did: 'run' | 'save'; readonly step: string }[]
  readonly points: number
  steps(did: 'run' | 'save'): string[]
  /** Runs them as a workflow from an integer to that of the node `end`. */
  run(nodes: readonly WorkflowNode[], input: number, attempt: Attempt): Promise<number>
}

export function startMortalProcess(
  store: CheckpointStore,
  lifetime = Number.POSITIVE_INFINITY,
): MortalProcess {
  const log: { did: 'run' | 'save'; step: string }[] = []
  let points = 0
  const pass = (): void => {
    if (points >= lifetime) throw new Error('the process is dead')
    points += 1
  }

  function observed(node: WorkflowNode): WorkflowNode {
    const run = async (context: RunContext) => {
      pass()
      log.push({ did: 'run', step: node.items ? `${node.id}[${context.index}]` : node.id })
      const output = await node.run(context)
      pass()
      return output
    }
    return { ...node, run }
  }

  const observedWrite =
    (write: CheckpointStore['save']): CheckpointStore['save'] =>
    async (owner, progress) => {
      pass()
      const size = await write(owner, progress)
      // It may die before it hears of it: what is written is written.
      log.push(...Object.keys(progress.outputs).map((step) => ({ did: 'save', step }) as const))
      pass()
      return size
    }

  const dependencies = {
    checkpoints: {
      ...store,
      save: observedWrite(store.save),
      replace: observedWrite(store.replace),
    },
    askModel: () => Promise.reject(new Error('nobody asks')),
    modelName: 'none',
  }
  return {
    log,
    get points() {
      return points
    },
    steps: (did) => log.filter((one) => one.did === did).map(({ step }) => step),
    run(nodes, input, attempt) {
      const workflow = checkWorkflow({
        ...{ name: 'random', version: 1, timeoutMs: 60_000, input: z.int(), result: z.int() },
        ...{ nodes: nodes.map(observed), resultNode: 'end' },
      })
      return runWorkflow(workflow, input, attempt, dependencies)
    },
  }
}
