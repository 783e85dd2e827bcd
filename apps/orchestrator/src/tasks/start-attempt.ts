// Core's leave to begin an attempt, or what became of the task without us.
import { randomUUID } from 'node:crypto'
import type { Span } from '@opentelemetry/api'
import type { StartTaskResponse, TaskJob } from '@throughline/contracts'
import { activeTraceparent, attributes, labels, linkTo } from '@throughline/telemetry'
import type { Logger } from 'pino'
import { coreDeadlineMs } from '../core-client.ts'
import { TaskError, toTaskError } from '../errors.ts'
import { type Lease, requireLease } from '../leases/lease.ts'
import { requeues } from '../metrics.ts'
import { requeueReason } from '../registry/requeue-reason.ts'
import type { Attempt } from './attempt.ts'
import { explainEnd } from './explain-end.ts'
import { forgetCancellation } from './forget-cancellation.ts'
import { insist, type Patience } from './insist.ts'
import type { TaskDependencies } from './run-task.ts'
import { spanEventOf, waitTime } from './tell.ts'

interface Beginning extends Pick<Attempt, 'span' | 'logger' | 'events'> {
  readonly lease: Lease
}

/**
 * Longer than it takes core to restart, and for some answers that never come. After it, the job goes back and is another
 * delivery.
 */
const defaultStartPatienceMs = 3 * coreDeadlineMs

/** A worker that is told to stop, for one because the task was cancelled, still says this. */
const leftoversPatience: Patience = { forMs: 1_000, signal: new AbortController().signal }

/** Opens an attempt; nothing when the task has ended without us. */
export async function startAttempt(
  dependencies: TaskDependencies,
  job: TaskJob,
  beginning: Beginning,
): Promise<StartTaskResponse | undefined> {
  const { core, workerId, startPatienceMs = defaultStartPatienceMs } = dependencies
  const { taskId } = job
  const { lease } = beginning
  try {
    const traceparent = activeTraceparent() ?? ''
    const request = { taskId, workerId, traceparent, deliveryId: randomUUID() }
    const start = () => {
      // The job may have come late, when another worker has it already: its attempt would be taken for lost.
      requireLease(lease)
      return core.startTask(request)
    }
    const started = await insist(start, { forMs: startPatienceMs, signal: lease.signal })
    describeStart(beginning.span, started)
    await describeRequeue(dependencies, started, beginning.logger)
    return started
  } catch (err) {
    const error = toTaskError(err)
    if (error.code === 'task_closed') return dropTask(dependencies, job, beginning)
    beginning.logger.warn({ err: error }, 'task not started')
    if (error.code === 'cancelled') return confirmCancelled(dependencies, job, beginning)
    throw error
  }
}

function describeStart(span: Span, started: StartTaskResponse): void {
  const { attempt, previous } = started
  span.setAttribute(attributes.taskAttempt, attempt)
  const waited = waitTime(started)
  if (waited !== undefined) span.setAttribute(attributes.taskWaitTime, waited)
  const link = linkTo(previous?.traceparent)
  if (link !== undefined) span.addLink(link)
}

async function describeRequeue(
  { redis }: TaskDependencies,
  { attempt, previous }: StartTaskResponse,
  logger: Logger,
): Promise<void> {
  if (previous === undefined) return
  const reason = await requeueReason(redis, previous)
  if (reason === undefined) return
  requeues.add(1, { [labels.reason]: reason })
  logger.warn({ attempt, reason }, 'task requeued')
}

/** The task has ended, by what core did or by being asked to start once too often. */
async function dropTask(
  dependencies: TaskDependencies,
  { taskId, tenantId }: TaskJob,
  { span, logger, events }: Beginning,
): Promise<undefined> {
  const { core, checkpoints } = dependencies
  await reportLeftovers(dependencies, taskId, logger)
  const error = await explainEnd(core, taskId, { tenantId }).catch(toTaskError)
  // Core is away, or the task has been opened again meanwhile.
  if (error.consequence !== 'stop' || error.code === 'lease_lost') throw error
  await checkpoints.discard(taskId)
  logger.warn('task dropped')
  if (error.code === 'task_closed') return
  span.addEvent(spanEventOf(error.code))
  if (error.code === 'cancelled') events.publish({ type: 'task.cancelled' })
  else events.publish({ type: 'task.failed', errorCode: error.code, willRetry: false })
  throw error
}

/**
 * What its attempts had used and did not live to report: core counts it once, and only of a task that has ended. While
 * core is away the task is not dropped, and the next delivery says it again.
 */
async function reportLeftovers(
  { core, checkpoints }: TaskDependencies,
  taskId: string,
  logger: Logger,
): Promise<void> {
  const left = await checkpoints.unreported(taskId)
  if (left === undefined) return
  try {
    await insist(() => core.reportUsage({ taskId, ...left }), leftoversPatience)
  } catch (err) {
    const error = toTaskError(err)
    if (error.code === 'core_unavailable') throw error
    logger.warn({ err: error }, 'usage not reported')
  }
}

/** A key in Redis says that the task was cancelled while core could not be asked for it; core knows. */
async function confirmCancelled(
  dependencies: TaskDependencies,
  job: TaskJob,
  beginning: Beginning,
): Promise<undefined> {
  try {
    return await dropTask(dependencies, job, beginning)
  } catch (err) {
    if (toTaskError(err).code !== 'lease_lost') throw err
    await forgetCancellation(dependencies.redis, { ...job, logger: beginning.logger })
    throw new TaskError('not_cancelled')
  }
}
