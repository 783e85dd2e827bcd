// What all routes that start a task have in common: a caller who would rather wait gets the ended task.
import type { TaskBody } from '@throughline/contracts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Core } from '../core-client.ts'
import { callerOf } from '../edge/authentication.ts'
import { preferredWaitSeconds } from './prefer.ts'
import type { ReaderSlots } from './reader-slots.ts'
import { taskBody } from './task-body.ts'
import type { TaskEvents } from './task-events.ts'
import { waitForTask } from './wait-for-task.ts'

export interface WaitingOptions {
  readonly core: Core
  readonly events: TaskEvents
  readonly slots: ReaderSlots
  readonly maxWaitMs: number
  readonly pollMs: number
  readonly closing: AbortSignal
}

export const waitQuerySchema = z.strictObject({
  wait: z
    .enum(['true', 'false'])
    .optional()
    .describe('Answer with the ended task, if it ends soon'),
})

export const waitDescription = `Answers at once with the task to follow. With \`?wait=true\`, or \`Prefer: wait=N\` (RFC 7240),
it answers 200 with the task when that ends in time, however it ended, and 202 when it does not.`

/** Undefined when nobody waits, when the task has not ended in time, or when too many wait already. */
export async function waitIfAsked(
  { core, events, slots, maxWaitMs, pollMs, closing }: WaitingOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  taskId: string,
  disconnected: AbortSignal,
): Promise<TaskBody | undefined> {
  const { wait: query } = request.query as z.infer<typeof waitQuerySchema>
  const wait = waitOf(request.headers.prefer, query, maxWaitMs)
  if (wait === undefined) return undefined
  const { tenantId } = callerOf(request)
  const release = slots.take(tenantId)
  // With every slot taken, the caller gets the 202 it has to be ready for anyway.
  if (release === undefined) return undefined
  if (wait.preferredSeconds !== undefined) {
    reply.header('preference-applied', `wait=${wait.preferredSeconds}`)
  }
  try {
    const task = await waitForTask({
      ...{ tenantId, taskId, timeoutMs: wait.ms, tasks: core.tasks, events, pollMs },
      signal: AbortSignal.any([disconnected, closing]),
      logger: request.log as Logger,
    })
    return task && taskBody(task)
  } finally {
    release()
  }
}

interface Wait {
  readonly ms: number
  /** Set when the caller named the seconds, which may have been too many for us. */
  readonly preferredSeconds?: number
}

function waitOf(
  prefer: string | string[] | undefined,
  query: 'true' | 'false' | undefined,
  maxMs: number,
): Wait | undefined {
  const seconds = preferredWaitSeconds(prefer)
  if (seconds === undefined) return query === 'true' ? { ms: maxMs } : undefined
  const ms = Math.min(seconds * 1_000, maxMs)
  return { ms, preferredSeconds: Math.floor(ms / 1_000) }
}
