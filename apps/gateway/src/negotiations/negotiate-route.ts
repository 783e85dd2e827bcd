import { trace } from '@opentelemetry/api'
import {
  negotiateRequestSchema,
  negotiationAcceptedSchema,
  taskSchema,
} from '@throughline/contracts'
import { attributes } from '@throughline/telemetry'
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod'
import { callerOf } from '../edge/authentication.ts'
import { disconnectSignal } from '../edge/disconnect-signal.ts'
import { jsonResponse, keyed, problemResponses } from '../openapi/responses.ts'
import {
  idempotencyDescription,
  idempotencyHeader,
  idempotencyHeadersSchema,
} from '../tasks/idempotency-key.ts'
import { taskLinks } from '../tasks/task-body.ts'
import {
  type WaitingOptions,
  waitDescription,
  waitIfAsked,
  waitQuerySchema,
} from '../tasks/wait-if-asked.ts'

export const negotiateRoute: FastifyPluginCallbackZod<WaitingOptions> = (app, options, done) => {
  const schema = {
    ...keyed,
    operationId: 'negotiate',
    tags: ['negotiations'],
    summary: 'Let the agent negotiate the price of a listing',
    description: `${waitDescription}\n\n${idempotencyDescription}`,
    headers: idempotencyHeadersSchema,
    querystring: waitQuerySchema,
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
    const { taskId, negotiationId } = await options.core.negotiations.startNegotiation(
      { tenantId, ...request.body, idempotencyKey: request.headers[idempotencyHeader] },
      { signal },
    )
    trace.getActiveSpan()?.setAttribute(attributes.taskId, taskId)
    const ended = await waitIfAsked(options, request, reply, taskId, signal)
    if (ended !== undefined) return reply.code(200).send(ended)
    const links = taskLinks(taskId)
    return reply.code(202).header('location', links.self).send({ id: taskId, negotiationId, links })
  })
  done()
}
