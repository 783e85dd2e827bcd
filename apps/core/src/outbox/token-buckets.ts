// How many tasks a minute each tenant may have dispatched: a token bucket for each, in Redis, shared by all cores.
import type { Redis } from 'ioredis'

export interface TokenRequest {
  readonly tenantId: string
  readonly tokens: number
  readonly perMinute: number
}

export interface TokenGrant {
  readonly tokens: number
  /** Until there is another one; 0 when all were given. */
  readonly waitMs: number
}

/** What a tenant that was quiet may have at once, in seconds of its rate. */
const burstSeconds = 10

export function bucketKey(tenantId: string): string {
  return `throughline:tenant:${tenantId}:tokens`
}

export function bucketCapacity(perMinute: number): number {
  return Math.max(1, Math.floor((perMinute * burstSeconds) / 60))
}

/** Takes as many as there are of what is asked for, in one step for all tenants. Answers in the order of the requests. */
export async function takeTokens(
  redis: Redis,
  requests: readonly TokenRequest[],
): Promise<TokenGrant[]> {
  const keys = requests.map(({ tenantId }) => bucketKey(tenantId))
  const wishes = requests.flatMap(({ tokens, perMinute }) => [
    ...[tokens, bucketCapacity(perMinute), perMinute / 60_000],
  ])
  const granted = (await redis.eval(script, keys.length, ...keys, ...wishes)) as number[]
  return requests.map((_, index) => ({
    tokens: granted[2 * index] ?? 0,
    waitMs: granted[2 * index + 1] ?? 0,
  }))
}

// Redis's own time: no two machines' clocks are compared. A bucket that nobody uses is forgotten when it is full again.
const script = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local answers = {}
for i, key in ipairs(KEYS) do
  local wanted, capacity, perMs = tonumber(ARGV[3*i-2]), tonumber(ARGV[3*i-1]), tonumber(ARGV[3*i])
  local bucket = redis.call('HMGET', key, 'tokens', 'at')
  local tokens = tonumber(bucket[1]) or capacity
  local elapsed = math.max(0, now - (tonumber(bucket[2]) or now))
  tokens = math.min(capacity, tokens + elapsed * perMs)
  local given = math.min(wanted, math.floor(tokens))
  tokens = tokens - given
  redis.call('HSET', key, 'tokens', string.format('%.6f', tokens), 'at', string.format('%.3f', now))
  redis.call('PEXPIRE', key, math.ceil((capacity - tokens) / perMs) + 1000)
  local wait = 0
  if given < wanted then wait = math.ceil((1 - tokens) / perMs) end
  answers[2*i-1], answers[2*i] = given, wait
end
return answers`
