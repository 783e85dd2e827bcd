import { withoutTracing } from '@throughline/telemetry'
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Core } from '../core-client.ts'
import { callerOf } from '../edge/authentication.ts'
import { disconnectSignal } from '../edge/disconnect-signal.ts'
import { GatewayError } from '../errors.ts'
import { keyed, problemResponses } from '../openapi/responses.ts'
import { followTask, replayFrames } from './event-stream.ts'
import { readTask } from './read-task.ts'
import type { ReaderSlots } from './reader-slots.ts'
import { beforeFirst, isStreamPosition } from './stream-position.ts'
import { hasEnded } from './task-body.ts'
import type { TaskEvents } from './task-events.ts'
import { taskParamsSchema } from './task-route.ts'

export interface TaskEventsRouteOptions {
  readonly tasks: Core['tasks']
  readonly events: TaskEvents
  readonly slots: ReaderSlots
  readonly heartbeatMs: number
  readonly backlogBytes: number
  readonly closing: AbortSignal
}

const description = `Server-sent events from the task's beginning, or from \`Last-Event-ID\`, to its end. The stream is
finished by \`task.completed\`, \`task.cancelled\`, or \`task.failed\` without another attempt; a reader that comes back
after that gets 204.`

export const taskEventsRoute: FastifyPluginCallbackZod<TaskEventsRouteOptions> = (
  app,
  options,
  done,
) => {
  const schema = {
    ...keyed,
    operationId: 'followTask',
    tags: ['tasks'],
    summary: 'Follow the progress of a task',
    description,
    params: taskParamsSchema,
    headers: z.object({
      'last-event-id': z
        .string()
        .refine(isStreamPosition, 'must be an id of this stream')
        .optional(),
    }),
    response: {
      200: { description: 'Progress', content: { 'text/event-stream': { schema: z.string() } } },
      204: z.undefined().describe('The task has ended and nothing is left to tell'),
      ...problemResponses(400, 401, 404, 429, 503, 504),
    },
  }
  app.get('/tasks/:id/events', { schema }, async (request, reply) => {
    const { tasks, events, slots, ...streamOptions } = options
    const { tenantId } = callerOf(request)
    const reference = { tenantId, taskId: request.params.id }
    const after = request.headers['last-event-id'] ?? beforeFirst
    const task = await readTask(tasks, reference, disconnectSignal(reply))
    if (hasEnded(task)) {
      const unseen = replayFrames(await readOrRefuse(events, task.id), task, after)
      // 204 is how a browser's EventSource is told not to come back.
      if (unseen === '') return reply.code(204).send()
      return reply.header('content-type', eventStreamType).code(200).send(unseen)
    }
    const release = takeSlot(slots, tenantId)
    const stream = followTask({
      ...streamOptions,
      ...{ taskId: task.id, after, events },
      readTask: () => withoutTracing(() => readTask(tasks, reference)),
      logger: request.log as Logger,
    })
    stream.once('close', release)
    return reply
      .header('content-type', eventStreamType)
      .code(200)
      .send(stream as never)
  })
  done()
}

const eventStreamType = 'text/event-stream; charset=utf-8'

async function readOrRefuse(events: TaskEvents, taskId: string) {
  try {
    return await events.read(taskId)
  } catch (cause) {
    throw new GatewayError('unavailable', 'The events cannot be read right now', {
      headers: { 'retry-after': '1' },
      cause,
    })
  }
}

function takeSlot(slots: ReaderSlots, tenantId: string): () => void {
  const release = slots.take(tenantId)
  if (release !== undefined) return release
  throw new GatewayError('rate_limited', 'Too many event streams are open', {
    headers: { 'retry-after': '5' },
  })
}
