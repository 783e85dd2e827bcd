import { taskSchema } from '@throughline/contracts'
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Core } from '../core-client.ts'
import { callerOf } from '../edge/authentication.ts'
import { disconnectSignal } from '../edge/disconnect-signal.ts'
import { jsonResponse, keyed, problemResponses } from '../openapi/responses.ts'
import { readTask } from './read-task.ts'
import { taskBody } from './task-body.ts'

export const taskParamsSchema = z.object({ id: z.uuid() })

export const taskRoute: FastifyPluginCallbackZod<{ tasks: Core['tasks'] }> = (
  app,
  { tasks },
  done,
) => {
  const schema = {
    ...keyed,
    operationId: 'getTask',
    tags: ['tasks'],
    summary: 'Where a task stands, and its result',
    params: taskParamsSchema,
    response: {
      200: jsonResponse('The task', taskSchema),
      ...problemResponses(400, 401, 404, 429, 503, 504),
    },
  }
  app.get('/tasks/:id', { schema }, async (request, reply) => {
    const { tenantId } = callerOf(request)
    const reference = { tenantId, taskId: request.params.id }
    return taskBody(await readTask(tasks, reference, disconnectSignal(reply)))
  })
  done()
}
