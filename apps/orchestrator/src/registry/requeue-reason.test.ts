import { randomUUID } from 'node:crypto'
import { type Attempt, AttemptOutcome } from '@throughline/contracts'
import type {} from '@throughline/embedded/vitest-setup'
import { Redis } from 'ioredis'
import { afterAll, expect, inject, test } from 'vitest'
import { connectionNameOf } from './presence.ts'
import { requeueReason } from './requeue-reason.ts'
import { createWorkerRegistry } from './worker-registry.ts'

const redis = new Redis(inject('redisUrl'))
afterAll(() => redis.disconnect())

const attemptOf = (workerId: string, outcome: AttemptOutcome, startedAt = new Date()): Attempt => ({
  ...{ attempt: 1, workerId, outcome, startedAt, endedAt: new Date() },
  ...{ traceparent: '', errorCode: '', usage: undefined },
})

async function connectAs(workerId: string): Promise<Redis> {
  const connection = new Redis(inject('redisUrl'), { connectionName: connectionNameOf(workerId) })
  await connection.ping()
  return connection
}

test.each([
  [AttemptOutcome.FAILED, 'model_unavailable', 'error'],
  [AttemptOutcome.RELEASED, 'draining', 'draining'],
  [AttemptOutcome.RELEASED, '', 'draining'],
  [AttemptOutcome.RELEASED, 'checkpoint_newer', 'newer_version'],
  [AttemptOutcome.RELEASED, 'not_cancelled', 'not_cancelled'],
  [AttemptOutcome.CANCELLED, '', undefined],
  [AttemptOutcome.ABANDONED, '', 'crash'],
])('makes of outcome %s (%j) of a worker that is gone: %s', async (outcome, errorCode, reason) => {
  const previous = { ...attemptOf(randomUUID(), outcome), errorCode }
  expect(await requeueReason(redis, previous)).toBe(reason)
})

test('calls it an expired lease when the process is still connected', async () => {
  // As a host may be called.
  const workerId = `host ${randomUUID()}-17`
  const connection = await connectAs(workerId)
  const attempt = attemptOf(workerId, AttemptOutcome.ABANDONED)
  expect(await requeueReason(redis, attempt)).toBe('lease_expired')
  connection.disconnect()
  await expect.poll(() => requeueReason(redis, attempt)).toBe('crash')
})

test('calls it an expired lease when Redis cannot be asked', async () => {
  const gone = redis.duplicate()
  gone.disconnect()
  const attempt = attemptOf(randomUUID(), AttemptOutcome.ABANDONED)
  expect(await requeueReason(gone, attempt)).toBe('lease_expired')
})

test('calls it a crash when another process has come by the name since', async () => {
  const workerId = randomUUID()
  const connection = await connectAs(workerId)
  const registry = createWorkerRegistry(redis, workerId)
  const record = { slots: 1, taskIds: [], draining: false }
  const [before, after] = [new Date('2026-01-01'), new Date('2026-01-03')]
  await registry.beat({ ...record, startedAt: new Date('2026-01-02').toISOString() })
  const reasonOf = (startedAt: Date) =>
    requeueReason(redis, attemptOf(workerId, AttemptOutcome.ABANDONED, startedAt))
  expect(await reasonOf(before)).toBe('crash')
  expect(await reasonOf(after)).toBe('lease_expired')
  connection.disconnect()
})
