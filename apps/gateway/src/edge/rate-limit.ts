// So many requests a minute per key, as its tenant bought. When Redis cannot count, requests pass: a limit
// protects the system from its callers and must not be what takes it down.
import rateLimit from '@fastify/rate-limit'
import { labels } from '@throughline/telemetry'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { GatewayError } from '../errors.ts'
import { rateLimitHits, rateLimitRemaining } from '../metrics.ts'
import { callerOf } from './authentication.ts'

const windowMs = 60_000

/** Behind `requireCaller`, and called before the routes it is to guard are added. */
export async function addRateLimit(app: FastifyInstance, redis: Redis): Promise<void> {
  const { log } = app
  await app.register(rateLimit, {
    timeWindow: windowMs,
    enableDraftSpec: true,
    keyGenerator: (request) => callerOf(request).keyHash,
    max: (request) => callerOf(request).requestsPerMinute,
    store: storeIn(redis, log as Logger),
    onExceeded: (request: FastifyRequest) => {
      rateLimitHits.add(1, tenantLabel(request))
    },
    // The plugin itself sets retry-after.
    errorResponseBuilder: () => new GatewayError('rate_limited', 'Too many requests with this key'),
  })
  app.addHook('onResponse', (request, reply, done) => {
    const remaining = reply.getHeader('ratelimit-remaining')
    if (remaining !== undefined) rateLimitRemaining.record(Number(remaining), tenantLabel(request))
    done()
  })
}

/** Bounded: a tenant comes from core's keys, never from the request. */
function tenantLabel(request: FastifyRequest) {
  return { [labels.tenant]: callerOf(request).tenantId }
}

// One command, so that the count never outlives its window, and so that a request has one Redis span.
const countRequest = `
  local count = redis.call('INCR', KEYS[1])
  if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
  return { count, redis.call('PTTL', KEYS[1]) }
`

type Counted = (err: Error | null, result?: { current: number; ttl: number }) => void

interface CountingRedis {
  countRequest(key: string, windowMs: number): Promise<[number, number]>
}

function storeIn(redis: Redis, logger: Logger) {
  redis.defineCommand('countRequest', { numberOfKeys: 1, lua: countRequest })
  const counting = redis as unknown as CountingRedis
  let failing = false

  return class RateLimitStore {
    incr(keyHash: string, counted: Counted): void {
      counting.countRequest(`throughline:requests:${keyHash}`, windowMs).then(
        ([current, ttl]) => {
          failing = false
          counted(null, { current, ttl })
        },
        (err) => {
          if (!failing) logger.warn({ err }, 'rate limits are off until Redis answers')
          failing = true
          counted(null, { current: 0, ttl: 0 })
        },
      )
    }

    child(): RateLimitStore {
      return this
    }
  }
}
