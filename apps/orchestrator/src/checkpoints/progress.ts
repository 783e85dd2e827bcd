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

export async function openProgress(
  workflow: Workflow,
  attempt: Attempt,
  checkpoints: CheckpointStore,
): Promise<Progress> {
  // The first attempt finds nothing: it opens the checkpoint on its way to the first save, if there is one.
  if (attempt.attempt === 1) return createProgress(workflow, attempt, checkpoints, { fresh: true })
  const found = await withSpan(spans.restoreCheckpoint, {}, () => checkpoints.open(attempt))
  takeOverUsage(found?.unreported, attempt)
  const restored = usableOutputs(workflow, found, attempt)
  if (Object.keys(restored).length > 0) checkpointsRestored.add(1)
  const current = found?.workflow === workflow.name && found.version === workflow.version
  return createProgress(workflow, attempt, checkpoints, { restored, current })
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

interface Opened {
  readonly restored?: StepOutputs
  /** The checkpoint holds what this version has written: saving adds to it. */
  readonly current?: boolean
  /** The checkpoint is not open yet, and there is nothing in it. */
  readonly fresh?: boolean
}

function createProgress(
  { name, version, nodes, resultNode }: Workflow,
  attempt: Attempt,
  checkpoints: CheckpointStore,
  { restored = {}, current = false, fresh = false }: Opened,
): Progress {
  let replaces = !current && !fresh
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
    if (!replaces) return checkpoints.save(attempt, { ...progress, outputs })
    replaces = false
    return checkpoints.replace(attempt, { ...progress, outputs: { ...restored, ...outputs } })
  }

  return {
    restored,
    async save(step, output) {
      if (step === keptByCore) return
      await withSpan(spans.saveCheckpoint, {}, async (span) => {
        // One after the other on one connection: the second does not wait for the answer to the first.
        if (fresh) opening ??= withoutTracing(() => checkpoints.open(attempt))
        const [, size] = await Promise.all([opening, write({ [step]: output })])
        span.setAttribute(attributes.checkpointSize, size)
        checkpointsSaved.add(1)
        checkpointSize.record(size)
      })
    },
  }
}
