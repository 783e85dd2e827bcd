// Runs the nodes of a workflow that no attempt before has finished, and saves after each.
import type { CheckpointStore } from '../checkpoints/checkpoint-store.ts'
import type { AskModel } from '../models/model-client.ts'
import type { Workflow } from '../workflows/workflow.ts'
import type { Attempt } from './attempt.ts'

export interface WorkflowDependencies {
  readonly checkpoints: CheckpointStore
  readonly askModel: AskModel
  /** What `askModel` asks. */
  readonly modelName: string
}

/** The input comes from core as JSON, and is held to the form that the workflow declares. */
export async function runWorkflow<Input, Result>(
  workflow: Workflow<Input, Result>,
  input: unknown,
  attempt: Attempt,
  dependencies: WorkflowDependencies,
): Promise<Result> {
  throw new Error(`${workflow.name} ${input} ${attempt} ${dependencies} is not run yet`)
}
