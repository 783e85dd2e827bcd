import { trace } from '@opentelemetry/api'
import {
  negotiateRequestSchema,
  negotiationAcceptedSchema,
  taskSchema,
} from '@throughline/contracts'
import { attributes } from '@throughline/telemetry'
import type { FastifyReply } from 'fastify'
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Core } from '../core-client.ts'
import { callerOf } from '../edge/authentication.ts'
import { disconnectSignal } from '../edge/disconnect-signal.ts'
import { jsonResponse, keyed, problemResponses } from '../openapi/responses.ts'
import type { ReaderSlots } from '../tasks/reader-slots.ts'
import { taskBody, taskLinks } from '../tasks/task-body.ts'
import type { TaskEvents } from '../tasks/task-events.ts'
import { type WaitOptions, waitForTask } from '../tasks/wait-for-task.ts'
import { preferredWaitSeconds } from './prefer.ts'

export interface NegotiateRouteOptions {
  readonly core: Core
  readonly events: TaskEvents
  readonly slots: ReaderSlots
  readonly maxWaitMs: number
  readonly pollMs: number
  readonly closing: AbortSignal
}

const querySchema = z.strictObject({
  wait: z
    .enum(['true', 'false'])
    .optional()
    .describe('Answer with the ended task, if it ends soon'),
})

const description = `Answers at once with the task to follow. With \`?wait=true\`, or \`Prefer: wait=N\` (RFC 7240),
it answers 200 with the task when that ends in time, whether it completed or failed, and 202 when it does not.`

export const negotiateRoute: FastifyPluginCallbackZod<NegotiateRouteOptions> = (
  app,
  options,
  done,
) => {
  const schema = {
    ...keyed,
    operationId: 'negotiate',
    tags: ['negotiations'],
    summary: 'Let the agent negotiate the price of a listing',
    description,
    querystring: querySchema,
    body: negotiateRequestSchema,
    response: {
      200: jsonResponse('The ended task', taskSchema),
      202: jsonResponse('Accepted; `location` is the task', negotiationAcceptedSchema),
      ...problemResponses(400, 401, 404, 409, 413, 415, 429, 503, 504),
    },
  }
  app.post('/negotiate', { schema }, async (request, reply) => {
    const { tenantId } = callerOf(request)
    const signal = disconnectSignal(reply)
    const started = await options.core.negotiations.startNegotiation(
      { tenantId, ...request.body },
      { signal },
    )
    const { taskId, negotiationId } = started
    trace.getActiveSpan()?.setAttribute(attributes.taskId, taskId)
    const wait = waitOf(request.headers.prefer, request.query.wait, options.maxWaitMs)
    if (wait !== undefined) {
      const task = await waitInSlot(options, {
        ...{ tenantId, taskId, signal, timeoutMs: wait.ms },
        logger: request.log as Logger,
      })
      applyPreference(reply, wait.preferredSeconds)
      if (task !== undefined) return reply.code(200).send(taskBody(task))
    }
    const links = taskLinks(taskId)
    return reply.code(202).header('location', links.self).send({ id: taskId, negotiationId, links })
  })
  done()
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

function applyPreference(reply: FastifyReply, seconds: number | undefined): void {
  if (seconds !== undefined) reply.header('preference-applied', `wait=${seconds}`)
}

/** With every slot taken, the caller gets the 202 it has to be ready for anyway. */
async function waitInSlot(
  { core, events, slots, pollMs, closing }: NegotiateRouteOptions,
  wait: Pick<WaitOptions, 'tenantId' | 'taskId' | 'signal' | 'timeoutMs' | 'logger'>,
) {
  const release = slots.take(wait.tenantId)
  if (release === undefined) return undefined
  try {
    const signal = AbortSignal.any([wait.signal, closing])
    return await waitForTask({ ...wait, tasks: core.tasks, events, pollMs, signal })
  } finally {
    release()
  }
}
