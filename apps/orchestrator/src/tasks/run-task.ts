// One attempt at a task, from core's leave to start it to core's word on how it ended.
import type { Span } from '@opentelemetry/api'
import type { StartTaskResponse, TaskJob } from '@throughline/contracts'
import { activeTraceparent, attributes, linkTo, spans, withSpan } from '@throughline/telemetry'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { toTaskError } from '../errors.ts'
import { openTaskEvents } from '../events/task-events.ts'
import { negotiation } from '../negotiations/negotiation.ts'
import { agentType, factsOf, resultOf } from '../negotiations/negotiation-task.ts'
import type { Attempt } from './attempt.ts'
import { type ReportDependencies, reportCompleted, reportFailure, reportStart } from './reports.ts'
import { runWorkflow, type WorkflowDependencies } from './run-workflow.ts'

export interface TaskDependencies extends WorkflowDependencies, ReportDependencies {
  /** For events. */
  readonly redis: Redis
  readonly logger: Logger
  readonly workerId: string
}

/** Resolves when nothing is left to do for this job, whoever ended the task; else throws a TaskError. */
export async function runTask(
  dependencies: TaskDependencies,
  job: TaskJob,
  signal: AbortSignal,
): Promise<void> {
  const about = {
    [attributes.taskId]: job.taskId,
    [attributes.taskType]: job.taskType,
    [attributes.tenantId]: job.tenantId,
    [attributes.agentType]: agentType,
    [attributes.workerId]: dependencies.workerId,
  }
  await withSpan(spans.runTask, about, async (span) => {
    const logger = dependencies.logger.child({ taskId: job.taskId })
    const started = await startTask(dependencies, job, span, logger)
    if (started === undefined) return
    await runAttempt(dependencies, {
      taskId: job.taskId,
      attempt: started.attempt,
      started,
      startedAt: performance.now(),
      span,
      events: openTaskEvents(dependencies.redis, job.taskId, logger),
      signal,
      logger,
    })
  })
}

/** Opens an attempt; nothing when the task has ended without us. */
async function startTask(
  { core, checkpoints, workerId }: TaskDependencies,
  { taskId }: TaskJob,
  span: Span,
  logger: Logger,
): Promise<StartTaskResponse | undefined> {
  try {
    const traceparent = activeTraceparent() ?? ''
    const started = await core.startTask({ taskId, workerId, traceparent })
    span.setAttributes({
      [attributes.taskAttempt]: started.attempt,
      [attributes.tenantId]: started.tenantId,
    })
    const previous = linkTo(started.previousTraceparent)
    if (previous !== undefined) span.addLink(previous)
    return started
  } catch (err) {
    const error = toTaskError(err)
    if (error.code === 'task_closed') {
      logger.warn('task dropped')
      await checkpoints.discard(taskId)
      return undefined
    }
    logger.warn({ err: error }, 'task not started')
    throw error
  }
}

async function runAttempt(dependencies: TaskDependencies, attempt: Attempt): Promise<void> {
  reportStart(attempt)
  try {
    const facts = factsOf(attempt.started)
    const done = await runWorkflow(negotiation, facts, attempt, dependencies)
    await reportCompleted(dependencies, attempt, resultOf(facts, done))
  } catch (err) {
    await reportFailure(dependencies, attempt, toTaskError(err))
  } finally {
    await attempt.events.flush()
  }
}
