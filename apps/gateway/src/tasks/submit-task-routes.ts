// The routes that start a task and have nothing else to tell about it: each is a type of task and the form of its body.
import { trace } from '@opentelemetry/api'
import {
  reviewPricesRequestSchema,
  summariseListingRequestSchema,
  type TaskType,
  taskAcceptedSchema,
  taskSchema,
} from '@throughline/contracts'
import { attributes } from '@throughline/telemetry'
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod'
import type { z } from 'zod'
import { callerOf } from '../edge/authentication.ts'
import { disconnectSignal } from '../edge/disconnect-signal.ts'
import { jsonResponse, keyed, problemResponses } from '../openapi/responses.ts'
import {
  idempotencyDescription,
  idempotencyHeader,
  idempotencyHeadersSchema,
} from './idempotency-key.ts'
import { taskLinks } from './task-body.ts'
import {
  type WaitingOptions,
  waitDescription,
  waitIfAsked,
  waitQuerySchema,
} from './wait-if-asked.ts'

interface Submission {
  readonly path: string
  readonly operationId: string
  readonly summary: string
  readonly type: TaskType
  readonly body: z.ZodType<Record<string, unknown>>
}

const submissions: readonly Submission[] = [
  {
    path: '/review-prices',
    operationId: 'reviewPrices',
    summary: 'Let the agent judge the prices of many listings at once',
    type: 'price_review',
    body: reviewPricesRequestSchema,
  },
  {
    path: '/summarise-listing',
    operationId: 'summariseListing',
    summary: 'Let the agent say what a buyer should know of a listing',
    type: 'listing_summary',
    body: summariseListingRequestSchema,
  },
]

export const submitTaskRoutes: FastifyPluginCallbackZod<WaitingOptions> = (app, options, done) => {
  for (const { path, type, body, ...described } of submissions) {
    const schema = {
      ...keyed,
      ...described,
      tags: ['listings'],
      description: `${waitDescription}\n\n${idempotencyDescription}`,
      headers: idempotencyHeadersSchema,
      querystring: waitQuerySchema,
      body,
      response: {
        200: jsonResponse('The ended task', taskSchema),
        202: jsonResponse('Accepted; `location` is the task', taskAcceptedSchema),
        ...problemResponses(400, 401, 404, 409, 413, 415, 429, 503, 504),
      },
    }
    app.post(path, { schema }, async (request, reply) => {
      const { tenantId } = callerOf(request)
      const signal = disconnectSignal(reply)
      const idempotencyKey = request.headers[idempotencyHeader]
      const submitted = { tenantId, type, request: request.body, idempotencyKey }
      const { taskId } = await options.core.tasks.submitTask(submitted, { signal })
      trace.getActiveSpan()?.setAttribute(attributes.taskId, taskId)
      const ended = await waitIfAsked(options, request, reply, taskId, signal)
      if (ended !== undefined) return reply.code(200).send(ended)
      const links = taskLinks(taskId)
      return reply.code(202).header('location', links.self).send({ id: taskId, links })
    })
  }
  done()
}
