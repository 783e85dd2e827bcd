// Runs the nodes of a workflow that no attempt before has finished, and saves after each.
import type { CheckpointStore } from '../checkpoints/checkpoint-store.ts'
import { goOnFrom, openCheckpoint } from '../checkpoints/progress.ts'
import { TaskError } from '../errors.ts'
import { inForm } from '../workflows/in-form.ts'
import { runGraph } from '../workflows/run-graph.ts'
import type { Workflow } from '../workflows/workflow.ts'
import type { Attempt } from './attempt.ts'
import { createExecution } from './execute-node.ts'
import type { NodeDependencies } from './run-node.ts'

export interface WorkflowDependencies extends NodeDependencies {
  readonly checkpoints: CheckpointStore
}

/** The input comes from core as JSON, and is held to the form that the workflow declares. */
export async function runWorkflow<Input, Result>(
  workflow: Workflow<Input, Result>,
  input: unknown,
  attempt: Attempt,
  dependencies: WorkflowDependencies,
): Promise<Result> {
  const { nodes, resultNode } = workflow
  const facts = inForm(workflow.input, input, 'input')
  const { checkpoints } = dependencies
  const found = await openCheckpoint(attempt, checkpoints)
  // A task whose time is over ends, also where only a newer version could go on with it.
  const outcomes = await withinTime(workflow, attempt, (signal) => {
    const progress = goOnFrom(found, workflow, attempt, checkpoints)
    return runGraph(nodes, facts, signal, createExecution(progress, attempt, dependencies))
  })
  const last = outcomes[nodes.findIndex(({ id }) => id === resultNode)]
  return inForm(workflow.result, last?.state === 'finished' ? last.output : undefined, 'result')
}

/** The time of a task is that of all its attempts together. */
async function withinTime<Value>(
  { timeoutMs }: Workflow,
  { started, signal }: Attempt,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const leftMs = timeoutMs - started.runningMs
  if (leftMs <= 0) throw new TaskError('timed_out')
  const timeout = new AbortController()
  const timer = setTimeout(() => timeout.abort(new TaskError('timed_out')), leftMs)
  try {
    return await work(AbortSignal.any([signal, timeout.signal]))
  } finally {
    clearTimeout(timer)
  }
}
