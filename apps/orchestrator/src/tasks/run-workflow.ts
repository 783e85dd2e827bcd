// Runs the nodes of a workflow that no attempt before has finished, and saves after each.
import { attributes, spans, withSpan } from '@throughline/telemetry'
import type { CheckpointStore, NodeRecord } from '../checkpoints/checkpoint-store.ts'
import { throwIfCancelled } from '../errors.ts'
import { checkpointSize, checkpointsRestored, checkpointsSaved } from '../metrics.ts'
import type { AskModel, Usage } from '../models/model-client.ts'
import type { Attempt } from './attempt.ts'
import { runNode } from './run-node.ts'
import type { Workflow } from './workflow.ts'

export interface WorkflowDependencies {
  readonly checkpoints: CheckpointStore
  readonly askModel: AskModel
}

export interface WorkflowResult<Outputs> {
  readonly outputs: Outputs
  readonly usages: readonly Usage[]
}

type NodeRecords = Record<string, NodeRecord>

export async function runWorkflow<Facts, Outputs>(
  workflow: Workflow<Facts, Outputs>,
  facts: Facts,
  attempt: Attempt,
  { checkpoints, askModel }: WorkflowDependencies,
): Promise<WorkflowResult<Outputs>> {
  const finished = attempt.attempt > 1 ? await restore(workflow, attempt, checkpoints) : {}
  for (const node of workflow.nodes) {
    throwIfCancelled(attempt.signal)
    if (finished[node.id] !== undefined) continue
    // What the types promise of `outputs`, the order of the nodes keeps.
    const input = { facts, outputs: outputsOf(finished) as Outputs }
    finished[node.id] = await runNode(node, input, attempt, askModel)
    await save(workflow, finished, attempt, checkpoints)
  }
  return {
    outputs: outputsOf(finished) as Outputs,
    usages: Object.values(finished).flatMap(({ usage }) => usage ?? []),
  }
}

async function save<Facts, Outputs>(
  { name, version }: Workflow<Facts, Outputs>,
  nodes: NodeRecords,
  attempt: Attempt,
  checkpoints: CheckpointStore,
): Promise<void> {
  await withSpan(spans.saveCheckpoint, {}, async (span) => {
    const size = await checkpoints.save(attempt, { workflow: name, version, nodes })
    span.setAttribute(attributes.checkpointSize, size)
    checkpointsSaved.add(1)
    checkpointSize.record(size)
  })
}

async function restore<Facts, Outputs>(
  workflow: Workflow<Facts, Outputs>,
  attempt: Attempt,
  checkpoints: CheckpointStore,
): Promise<NodeRecords> {
  return withSpan(spans.restoreCheckpoint, {}, async () => {
    const checkpoint = await checkpoints.restore(attempt)
    if (checkpoint === undefined) return {}
    if (checkpoint.workflow !== workflow.name || checkpoint.version !== workflow.version) {
      attempt.logger.warn({ version: checkpoint.version }, 'checkpoint of another version ignored')
      return {}
    }
    checkpointsRestored.add(1)
    return readable(workflow, checkpoint.nodes)
  })
}

/** The finished nodes up to the first whose output is not what its definition says. */
function readable<Facts, Outputs>(
  { nodes }: Workflow<Facts, Outputs>,
  records: NodeRecords,
): NodeRecords {
  const finished: NodeRecords = {}
  for (const { id, output } of nodes) {
    const record = records[id]
    if (record === undefined || !output.safeParse(record.output).success) break
    finished[id] = record
  }
  return finished
}

function outputsOf(finished: NodeRecords): Record<string, unknown> {
  return Object.fromEntries(Object.entries(finished).map(([id, { output }]) => [id, output]))
}
