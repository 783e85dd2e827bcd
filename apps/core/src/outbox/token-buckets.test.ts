import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { Redis } from 'ioredis'
import { afterAll, expect, inject, test } from 'vitest'
import { bucketCapacity, bucketKey, takeTokens } from './token-buckets.ts'

const redis = new Redis(inject('redisUrl'))
afterAll(() => redis.disconnect())

const newTenant = () => `t${randomUUID().slice(0, 8)}`

async function take(tenantId: string, tokens: number, perMinute: number) {
  const [grant] = await takeTokens(redis, [{ tenantId, tokens, perMinute }])
  return grant ?? { tokens: 0, waitMs: 0 }
}

/** As if so much time had passed: the bucket was last looked at that much earlier. */
async function letPass(tenantId: string, elapsedMs: number): Promise<void> {
  const at = Number(await redis.hget(bucketKey(tenantId), 'at'))
  if (at > 0) await redis.hset(bucketKey(tenantId), 'at', at - elapsedMs)
}

const step = fc.record({
  elapsedMs: fc.integer({ min: 0, max: 30_000 }),
  tokens: fc.integer({ min: 1, max: 40 }),
})

test('token bucket: gives what is asked for while it lasts, and never more than the rate and the burst', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 600 }),
      fc.array(step, { minLength: 1, maxLength: 25 }),
      async (perMinute, steps) => {
        const tenantId = newTenant()
        const capacity = bucketCapacity(perMinute)
        const startedAt = performance.now()
        // A bucket of which no time is known but what the steps let pass, and one that saw all of the real time, too.
        let least = capacity
        let most = capacity
        for (const { elapsedMs, tokens } of steps) {
          await letPass(tenantId, elapsedMs)
          const grant = await take(tenantId, tokens, perMinute)
          const realMs = performance.now() - startedAt
          least = Math.min(capacity, least + (elapsedMs * perMinute) / 60_000)
          most = Math.min(capacity, most + ((elapsedMs + realMs) * perMinute) / 60_000)
          expect(grant.tokens).toBeGreaterThanOrEqual(Math.min(tokens, Math.floor(least - 0.001)))
          expect(grant.tokens).toBeLessThanOrEqual(Math.min(tokens, Math.floor(most + 0.001)))
          expect(grant.waitMs > 0).toBe(grant.tokens < tokens)
          least = Math.max(0, least - grant.tokens)
          most -= grant.tokens
        }
      },
    ),
    { numRuns: 60 },
  )
})

test('token bucket: however many take at once, together they get no more than there is', async () => {
  const rivals = Array.from({ length: 5 }, () => new Redis(inject('redisUrl')))
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 5, maxLength: 30 }),
      async (wishes) => {
        // 10 at once, and the next one after a second: later than this takes.
        const tenantId = newTenant()
        const grants = await Promise.all(
          wishes.map(async (tokens, index) => {
            const rival = rivals[index % rivals.length] ?? redis
            const [grant] = await takeTokens(rival, [{ tenantId, tokens, perMinute: 60 }])
            return grant?.tokens ?? 0
          }),
        )
        const wanted = wishes.reduce((sum, tokens) => sum + tokens, 0)
        expect(grants.reduce((sum, tokens) => sum + tokens, 0)).toBe(Math.min(10, wanted))
      },
    ),
    { numRuns: 30 },
  )
  for (const rival of rivals) rival.disconnect()
})

test('says when the next token is there', async () => {
  const tenantId = newTenant()
  await take(tenantId, 10, 60)
  const { waitMs } = await take(tenantId, 1, 60)
  expect(waitMs).toBeGreaterThan(0)
  expect(waitMs).toBeLessThanOrEqual(1_000)
  await letPass(tenantId, waitMs)
  expect(await take(tenantId, 1, 60)).toEqual({ tokens: 1, waitMs: 0 })
})

test('keeps the buckets of tenants apart, and forgets those that are full again', async () => {
  const [one, other] = [newTenant(), newTenant()]
  await take(one, 100, 60)
  expect(await take(other, 3, 60)).toEqual({ tokens: 3, waitMs: 0 })
  const lifetimeMs = await redis.pttl(bucketKey(one))
  expect(lifetimeMs).toBeGreaterThan(9_000)
  expect(lifetimeMs).toBeLessThanOrEqual(11_000)
})
