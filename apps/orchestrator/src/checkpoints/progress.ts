// The steps of a task that are done: by attempts before this one, as far as its version of the workflow can use them,
// and by this one, each written through before the next begins.
import { attributes, spans, withoutTracing, withSpan } from '@throughline/telemetry'
import { TaskError } from '../errors.ts'
import { checkpointSize, checkpointsRestored, checkpointsSaved } from '../metrics.ts'
import type { Attempt } from '../tasks/attempt.ts'
import type { StepOutputs, Workflow } from '../workflows/workflow.ts'
import type { Checkpoint, Unreported } from './checkpoint.ts'
import type { CheckpointStore } from './checkpoint-store.ts'

export interface Progress {
  /** What attempts before this one have finished. */
  readonly restored: StepOutputs
  save(step: string, output: unknown): Promise<void>
}

/** Takes over what an attempt before has left: its usage in any case, for whatever becomes of this one is to report it. */
export async function openCheckpoint(
  attempt: Attempt,
  checkpoints: CheckpointStore,
): Promise<Checkpoint | undefined> {
  // The first attempt finds nothing: it opens the checkpoint on its way to the first save, if there is one.
  if (attempt.attempt === 1) return undefined
  const found = await withSpan(spans.restoreCheckpoint, {}, () => checkpoints.open(attempt))
  takeOverUsage(found?.unreported, attempt)
  return found
}

/** Throws `checkpoint_newer` when this version of the workflow may not go on from it. */
export function goOnFrom(
  found: Checkpoint | undefined,
  workflow: Workflow,
  attempt: Attempt,
  checkpoints: CheckpointStore,
): Progress {
  const restored = usableOutputs(workflow, found, attempt)
  if (Object.keys(restored).length > 0) checkpointsRestored.add(1)
  const state = attempt.attempt === 1 ? 'unopened' : stateOf(found, workflow)
  return createProgress(workflow, attempt, checkpoints, { restored, state })
}

function takeOverUsage(unreported: Unreported | undefined, { started, spending }: Attempt): void {
  if (unreported === undefined || unreported.attempt < started.firstUnreportedAttempt) return
  spending.takeOver(unreported.usage)
}

function usableOutputs(
  { name, version, migrate }: Workflow,
  found: Checkpoint | undefined,
  { logger }: Attempt,
): StepOutputs {
  if (found === undefined || found.workflow !== name) return {}
  if (found.version === version) return found.outputs
  if (found.version > version) throw new TaskError('checkpoint_newer')
  const migrated = migrate?.({ version: found.version, outputs: found.outputs })
  if (migrated === undefined)
    logger.warn({ version: found.version }, 'checkpoint of another version ignored')
  return migrated ?? {}
}

/**
 * unopened: nothing is in it, and the first save opens it.
 * current: it holds what this version of the workflow has written, and a save adds to it.
 * foreign: it holds anything else or nothing, and the first save replaces it.
 */
type CheckpointState = 'unopened' | 'current' | 'foreign'

function stateOf(found: Checkpoint | undefined, { name, version }: Workflow): CheckpointState {
  return found?.workflow === name && found.version === version ? 'current' : 'foreign'
}

interface Beginning {
  readonly restored: StepOutputs
  readonly state: CheckpointState
}

function createProgress(
  { name, version, nodes, resultNode }: Workflow,
  attempt: Attempt,
  checkpoints: CheckpointStore,
  { restored, state: initialState }: Beginning,
): Progress {
  let state = initialState
  let opening: Promise<unknown> | undefined
  const last = nodes.find(({ id }) => id === resultNode)
  // Core keeps the result. Should the report be lost with its worker, plain rules come to the same one again.
  const keptByCore = last?.type === 'join' || last?.type === 'policy' ? resultNode : undefined
  let reported = ''

  /** Only when there is more than the last save said. */
  function unreported(): Unreported | undefined {
    const usage = attempt.spending.used()
    const text = JSON.stringify(usage)
    if (text === reported || Object.values(usage).every((value) => value === 0)) return undefined
    reported = text
    return { attempt: attempt.attempt, usage }
  }

  function write(outputs: StepOutputs): Promise<number> {
    const progress = { workflow: name, version, unreported: unreported() }
    if (state !== 'foreign') return checkpoints.save(attempt, { ...progress, outputs })
    state = 'current'
    return checkpoints.replace(attempt, { ...progress, outputs: { ...restored, ...outputs } })
  }

  return {
    restored,
    async save(step, output) {
      if (step === keptByCore) return
      await withSpan(spans.saveCheckpoint, {}, async (span) => {
        // One after the other on one connection: the second does not wait for the answer to the first.
        if (state === 'unopened') opening ??= withoutTracing(() => checkpoints.open(attempt))
        const [, size] = await Promise.all([opening, write({ [step]: output })])
        span.setAttribute(attributes.checkpointSize, size)
        checkpointsSaved.add(1)
        checkpointSize.record(size)
      })
    },
  }
}
