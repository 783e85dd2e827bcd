// The gateway without its process: hooks in the order they run, then routes. Everything it needs is an argument.
import { edgeServerOptions, edgeTelemetry } from '@throughline/telemetry/edge'
import fastify, { type FastifyInstance, LogController } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { Core } from './core-client.ts'
import { addCallerLookup, requireCaller } from './edge/authentication.ts'
import { addDemoFaults } from './edge/demo-faults.ts'
import type { KeyDirectory } from './edge/key-directory.ts'
import { addRateLimit } from './edge/rate-limit.ts'
import { addRequestLog } from './edge/request-log.ts'
import { requireHost } from './edge/require-host.ts'
import { addSafeHeaders } from './edge/safe-headers.ts'
import { sendProblem } from './edge/send-problem.ts'
import { answerMalformed, refuseUnroutable } from './edge/unroutable-requests.ts'
import { GatewayError } from './errors.ts'
import { healthRoutes } from './health/health-routes.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { searchRoute } from './listings/search-route.ts'
import { negotiateRoute } from './negotiations/negotiate-route.ts'
import { addOpenApi } from './openapi/openapi.ts'
import { createReaderSlots } from './tasks/reader-slots.ts'
import { submitTaskRoutes } from './tasks/submit-task-routes.ts'
import type { TaskEvents } from './tasks/task-events.ts'
import { taskEventsRoute } from './tasks/task-events-route.ts'
import { taskRoute } from './tasks/task-route.ts'

export interface AppOptions {
  readonly core: Core
  readonly keys: KeyDirectory
  readonly events: TaskEvents
  /** Where requests per key are counted. */
  readonly redis: Redis
  readonly logger: Logger
  readonly demo?: boolean
  readonly limits?: Partial<Limits>
}

export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { core, keys, logger } = options
  const limits = { ...defaultLimits, ...options.limits }
  const app = createServer(logger, limits)
  const closing = closeWithin(app, limits.drainMs)

  addCallerLookup(app, keys)
  await app.register(edgeTelemetry, { isTrusted: ({ caller }) => caller?.trusted ?? false })
  addRequestLog(app)
  addSafeHeaders(app)
  requireHost(app)

  await addOpenApi(app)
  await app.register(healthRoutes, { core, keys })
  await app.register((v1) => addApi(v1, options, limits, closing), { prefix: '/v1' })
  return app
}

async function addApi(
  v1: FastifyInstance,
  { core, keys, events, redis, demo }: AppOptions,
  limits: Limits,
  closing: AbortSignal,
): Promise<void> {
  requireCaller(v1, keys)
  if (demo) addDemoFaults(v1)
  await addRateLimit(v1, redis)

  const slots = createReaderSlots({
    total: limits.eventStreams,
    perTenant: limits.eventStreamsPerTenant,
  })
  await v1.register(searchRoute, { listings: core.listings })
  const waiting = {
    ...{ core, events, slots, closing },
    ...{ maxWaitMs: limits.waitMs, pollMs: limits.waitPollMs },
  }
  await v1.register(negotiateRoute, waiting)
  await v1.register(submitTaskRoutes, waiting)
  await v1.register(taskRoute, { tasks: core.tasks })
  await v1.register(taskEventsRoute, {
    ...{ tasks: core.tasks, events, slots, closing },
    ...{ heartbeatMs: limits.heartbeatMs, backlogBytes: limits.eventBacklogBytes },
  })
}

function createServer(logger: Logger, limits: Limits): FastifyInstance {
  const app = fastify({
    ...edgeServerOptions(refuseUnroutable, answerMalformed(logger)),
    loggerInstance: logger,
    // One line of ours takes the place of Fastify's two.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestTimeoutMs,
    connectionTimeout: limits.silentConnectionMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    http: {
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: limits.timeoutCheckEveryMs,
      requireHostHeader: false,
    },
    exposeHeadRoutes: false,
  }) as unknown as FastifyInstance
  app.server.maxConnections = limits.connections
  // An expectation we do not know is ignored; Node's own 417 would be no problem+json.
  app.server.on('checkExpectation', (request, response) => app.routing(request, response))
  app.removeContentTypeParser('text/plain')
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler(sendProblem)
  app.setNotFoundHandler(() => {
    throw new GatewayError('not_found', 'There is no such route')
  })
  return app
}

/** Aborted when the app begins to close; what then still holds on is cut off after a while. */
function closeWithin(app: FastifyInstance, drainMs: number): AbortSignal {
  const closing = new AbortController()
  app.addHook('preClose', async () => {
    closing.abort()
    setTimeout(() => app.server.closeAllConnections(), drainMs).unref()
  })
  return closing.signal
}
