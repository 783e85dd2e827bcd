// Another server of the same API: whatever model is not here, it is asked for.
import { context, ROOT_CONTEXT } from '@opentelemetry/api'
import type { FastifyBaseLogger, FastifyReply } from 'fastify'
import type { Metrics } from '../metrics.ts'
import { createConcurrencyLimit } from '../scheduling/concurrency-limit.ts'
import { createBoundedNames } from './bounded-names.ts'
import { type CircuitState, createCircuitBreaker } from './circuit-breaker.ts'
import type { ForwardedRequest } from './exchange.ts'
import { forward, type Guard } from './forward.ts'
import { createLoopGuard } from './loop-guard.ts'
import { createModelList, type ModelList } from './model-list.ts'
import { createProvider } from './provider.ts'
import { repeatWhenSafe } from './repeat-when-safe.ts'
import { verdictOf } from './verdict.ts'

export interface UpstreamOptions {
  /** As clients of OpenAI have it: with the version, without what comes after. */
  readonly url: URL
  readonly apiKey?: string | undefined
  readonly providerName: string
  /** Under way at the same time; the next is refused. */
  readonly maxRequests: number
  readonly connectTimeoutMs: number
  readonly firstTokenTimeoutMs: number
  readonly betweenTokensTimeoutMs: number
  /** How long a provider that fails is left alone. */
  readonly pauseMs: number
  readonly metrics: Metrics
  readonly logger: FastifyBaseLogger
}

export interface Upstream {
  /** More are refused. */
  readonly maxRequests: number
  readonly forward: (
    request: Omit<ForwardedRequest, 'via'>,
    via: string | undefined,
  ) => Promise<FastifyReply>
  readonly listModels: ModelList
  readonly close: () => Promise<void>
}

export function createUpstream(options: UpstreamOptions): Upstream {
  const { providerName, url, metrics, logger } = options
  const provider = createProvider(options)
  const loopGuard = createLoopGuard()
  const names = createBoundedNames()
  const onList = (models: readonly { id: string }[]) => names.learn(models.map(({ id }) => id))
  const listModels = createModelList({ provider, logger, onList })
  const limits = {
    firstTokenMs: options.firstTokenTimeoutMs,
    betweenTokensMs: options.betweenTokensTimeoutMs,
  }
  const onChange = (state: CircuitState) => logger.warn({ state }, 'circuit changed')
  const breaker = createCircuitBreaker({ openMs: options.pauseMs, onChange })
  metrics.observeCircuit(breaker.state)
  const limit = createConcurrencyLimit(
    options.maxRequests,
    (running) => `${running} requests are with the provider`,
  )
  const guard: Guard = (attempt, { signal, deadline }) => {
    const onRepeat = ({ code }: { code: string }) => metrics.providerAskedAgain(code)
    const judge = (err: unknown) => verdictOf(err, signal)
    const options = { signal, deadline, onRepeat }
    return limit(() => repeatWhenSafe(() => breaker.run(attempt, judge), options))
  }
  const forwardOptions = { provider, providerName, url, limits, guard, names, metrics }

  return {
    maxRequests: options.maxRequests,
    forward: (request, via) => {
      // Telemetry needs its names; no request waits for them, so it is none of this one's trace.
      if (!names.isInformed()) void context.with(ROOT_CONTEXT, listModels)
      return forward({ ...request, via: loopGuard.viaAfter(via) }, forwardOptions)
    },
    listModels,
    close: provider.close,
  }
}
