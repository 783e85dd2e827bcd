import { taskSchema } from '@throughline/contracts'
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Core } from '../core-client.ts'
import { callerOf } from '../edge/authentication.ts'
import { disconnectSignal } from '../edge/disconnect-signal.ts'
import { jsonResponse, keyed, problemResponses } from '../openapi/responses.ts'
import { readTask, taskIn } from './read-task.ts'
import { taskBody } from './task-body.ts'

export const taskParamsSchema = z.object({ id: z.uuid() })

export const taskRoute: FastifyPluginCallbackZod<{ tasks: Core['tasks'] }> = (
  app,
  { tasks },
  done,
) => {
  const shared = { ...keyed, tags: ['tasks'], params: taskParamsSchema }
  const getSchema = {
    ...shared,
    operationId: 'getTask',
    summary: 'Where a task stands, and its result',
    response: {
      200: jsonResponse('The task', taskSchema),
      ...problemResponses(400, 401, 404, 429, 503, 504),
    },
  }
  app.get('/tasks/:id', { schema: getSchema }, async (request, reply) => {
    const { tenantId } = callerOf(request)
    const reference = { tenantId, taskId: request.params.id }
    return taskBody(await readTask(tasks, reference, disconnectSignal(reply)))
  })

  const deleteSchema = {
    ...shared,
    operationId: 'cancelTask',
    summary: 'Cancel a task',
    description: `Ends the task at once. Whatever is running for it is told to stop, and changes nothing any more.`,
    response: {
      200: jsonResponse('The cancelled task', taskSchema),
      ...problemResponses(400, 401, 404, 409, 429, 503, 504),
    },
  }
  app.delete('/tasks/:id', { schema: deleteSchema }, async (request, reply) => {
    const { tenantId } = callerOf(request)
    const reference = { tenantId, taskId: request.params.id }
    const signal = disconnectSignal(reply)
    return taskBody(taskIn(await tasks.cancelTask(reference, { signal })))
  })
  done()
}
