// The HTTP side: built without listening, so that tests and main use the same.
import { httpTelemetry } from '@throughline/telemetry/fastify'
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { completionRoutes } from './completions/routes.ts'
import { embeddingRoutes } from './embeddings/routes.ts'
import { addErrorHandling, refuseBrokenRequest, sendRefusal } from './error-handling.ts'
import { ModelServerError } from './errors.ts'
import { healthRoutes } from './health/routes.ts'
import type { Metrics } from './metrics.ts'
import type { Models } from './models/models.ts'
import { modelRoutes } from './models/routes.ts'
import { requestIdOf, tellRequestId } from './request-id.ts'
import { failWhenAsked } from './requested-faults.ts'
import { forwardOthers } from './upstream/forward-others.ts'
import type { Upstream } from './upstream/upstream.ts'

export interface AppOptions {
  readonly models: Models
  readonly metrics: Metrics
  readonly logger: FastifyBaseLogger
  readonly demo: boolean
  readonly timeoutMs: number
  readonly maxBodyBytes: number
  /** Without one, there is no model but ours. */
  readonly upstream?: Upstream | undefined
}

/** Beside those whose requests run and wait: for health checks, and for all who are told that there is no room. */
const spareConnections = 1_024
/** How long a caller may take to send a request. */
const receiveTimeoutMs = 30_000
/** How long answers under way may go on once the server stops. */
const drainMs = 5_000
/** And how long connections after that: whoever has not sent or taken everything by then is cut off. */
const lastWordsMs = 1_000

export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { models, metrics, logger, timeoutMs, upstream } = options
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.maxBodyBytes,
    requestTimeout: receiveTimeoutMs,
    // A silent socket outlives the longest completion a little, and then is no caller any more.
    connectionTimeout: timeoutMs + receiveTimeoutMs,
    // A request that comes while the last answers are given is served; Fastify's own 503 has another shape.
    return503OnClosing: false,
    frameworkErrors: sendRefusal,
    clientErrorHandler: refuseBrokenRequest,
    genReqId: requestIdOf,
  })
  app.server.maxConnections = models.maxRequests + (upstream?.maxRequests ?? 0) + spareConnections
  addErrorHandling(app)
  app.addHook('onRequest', tellRequestId)
  const stopping = abortWhenStopping(app)
  await app.register(httpTelemetry)

  await app.register(healthRoutes, { models })
  await app.register(modelRoutes, { models, upstream })
  await app.register(async (scope) => {
    if (options.demo) scope.addHook('onRequest', failWhenAsked)
    if (upstream !== undefined) {
      const isLocal = (name: string) => models.names.includes(name)
      forwardOthers(scope, { upstream, isLocal, timeoutMs, stopping })
    }
    const inference = { models, metrics, timeoutMs, stopping }
    await scope.register(completionRoutes, inference)
    await scope.register(embeddingRoutes, inference)
  })
  return app
}

function abortWhenStopping(app: FastifyInstance): AbortSignal {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  app.addHook('preClose', (done) => {
    const reason = new ModelServerError('stopping', 'The server is stopping; try again')
    timer = setTimeout(() => {
      controller.abort(reason)
      timer = setTimeout(() => app.server.closeAllConnections(), lastWordsMs)
    }, drainMs)
    done()
  })
  app.addHook('onClose', (_app, done) => {
    clearTimeout(timer)
    done()
  })
  return controller.signal
}
