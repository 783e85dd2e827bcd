// One attempt at a task, from core's leave to start it to core's word on how it ended.
import { randomUUID } from 'node:crypto'
import type { Span } from '@opentelemetry/api'
import {
  agentTypes,
  cancellationKey,
  type StartTaskResponse,
  type TaskJob,
  type TaskServiceClient,
  type TaskType,
} from '@throughline/contracts'
import {
  activeTraceparent,
  attributes,
  labels,
  linkTo,
  spans,
  withSpan,
} from '@throughline/telemetry'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { underLease } from '../checkpoints/under-lease.ts'
import type { Prices } from '../cost/prices.ts'
import { openSpending, usageAttributes } from '../cost/spending.ts'
import { TaskError, throwIfCancelled, toTaskError } from '../errors.ts'
import type { TaskEventWriter } from '../events/task-events.ts'
import type { Lease } from '../leases/lease.ts'
import { requeues } from '../metrics.ts'
import { requeueReason } from '../registry/requeue-reason.ts'
import type { Workflow } from '../workflows/workflow.ts'
import type { Attempt } from './attempt.ts'
import { explainEnd } from './explain-end.ts'
import { insist } from './insist.ts'
import { reportFailure, reportResult } from './reports.ts'
import { runWorkflow, type WorkflowDependencies } from './run-workflow.ts'
import { spanEventOf, tellCompleted, tellFailed, tellStarted, waitTime } from './tell.ts'

export interface TaskDependencies extends WorkflowDependencies {
  readonly core: TaskServiceClient
  readonly workflows: Readonly<Record<TaskType, Workflow>>
  readonly events: TaskEventWriter
  readonly prices: Prices
  /** For finding out what became of the worker before. */
  readonly redis: Redis
  readonly logger: Logger
  readonly workerId: string
}

/** Resolves when nothing is left to do for this job, whoever ended the task; else throws a TaskError. */
export async function runTask(
  dependencies: TaskDependencies,
  job: TaskJob,
  lease: Lease,
): Promise<void> {
  const { taskId, taskType } = job
  const about = {
    [attributes.taskId]: taskId,
    [attributes.taskType]: taskType,
    [attributes.tenantId]: job.tenantId,
    [attributes.agentType]: agentTypes[taskType],
    [attributes.workerId]: dependencies.workerId,
  }
  await withSpan(spans.runTask, about, async (span) => {
    const logger = dependencies.logger.child({ taskId })
    const events = dependencies.events.open(lease)
    const beginning = { span, logger, events, signal: lease.signal }
    const started = await startTask(dependencies, job, beginning)
    if (started === undefined) return
    await runAttempt(dependencies, lease, {
      ...{ taskId, taskType, started, span, events, logger },
      attempt: started.attempt,
      startedAt: performance.now(),
      spending: openSpending({
        tenantId: started.tenantId,
        prices: dependencies.prices,
        budgetNanoUsd: started.budgetNanoUsd,
      }),
      signal: lease.signal,
    })
  })
}

type Beginning = Pick<Attempt, 'span' | 'logger' | 'events' | 'signal'>

/** Longer than it takes core to restart. After it, the job goes back and is another delivery. */
const startPatienceMs = 3_000

/** Opens an attempt; nothing when the task has ended without us. */
async function startTask(
  dependencies: TaskDependencies,
  job: TaskJob,
  beginning: Beginning,
): Promise<StartTaskResponse | undefined> {
  const { core, workerId } = dependencies
  const { taskId } = job
  try {
    const traceparent = activeTraceparent() ?? ''
    const request = { taskId, workerId, traceparent, deliveryId: randomUUID() }
    const patience = { forMs: startPatienceMs, signal: beginning.signal }
    const started = await insist(() => core.startTask(request), patience)
    describeStart(beginning.span, started)
    await describeRequeue(dependencies, started, beginning.logger)
    return started
  } catch (err) {
    const error = toTaskError(err)
    if (error.code === 'task_closed') return dropTask(dependencies, job, beginning)
    beginning.logger.warn({ err: error }, 'task not started')
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
  { core, checkpoints }: TaskDependencies,
  { taskId, tenantId }: TaskJob,
  { span, logger, events }: Beginning,
): Promise<undefined> {
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

async function runAttempt(
  dependencies: TaskDependencies,
  lease: Lease,
  attempt: Attempt,
): Promise<void> {
  const { core } = dependencies
  const checkpoints = underLease(dependencies.checkpoints, lease)
  tellStarted(attempt)
  const workflow = dependencies.workflows[attempt.taskType]
  try {
    const { input } = attempt.started
    const result = await runWorkflow(workflow, input, attempt, { ...dependencies, checkpoints })
    if (!lease.isHeld()) throw new TaskError('lease_lost')
    await reportResult(core, attempt, result as Record<string, unknown>)
    tellCompleted(attempt)
    await checkpoints.remove(attempt)
  } catch (err) {
    const error = await reportFailure(core, attempt, causeOf(err, lease))
    tellFailed(attempt, error)
    if (error.code === 'not_cancelled') await forgetCancellation(dependencies, attempt)
    if (endsTask(error)) await checkpoints.remove(attempt)
    throw error
  } finally {
    attempt.span.setAttributes(usageAttributes(attempt.spending.used()))
  }
}

/** What is left of a cancellation that was taken back would stop the next attempt, too. */
async function forgetCancellation({ redis }: TaskDependencies, { taskId, logger }: Attempt) {
  try {
    await redis.del(cancellationKey(taskId))
  } catch (err) {
    logger.warn({ err }, 'cancellation not removed')
  }
}

/** What stopped the work, rather than what that broke. */
function causeOf(err: unknown, { signal }: Lease): TaskError {
  try {
    throwIfCancelled(signal)
  } catch (stopped) {
    return toTaskError(stopped)
  }
  return toTaskError(err)
}

function endsTask({ code, consequence }: TaskError): boolean {
  return consequence === 'fail' || (consequence === 'stop' && code !== 'lease_lost')
}
