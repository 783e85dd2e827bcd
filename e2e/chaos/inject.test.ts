// What had no effect is not called a fault. Against a Redis that is real, and rows that are not.

import { taskQueueName } from '@throughline/contracts'
import type {} from '@throughline/embedded/vitest-setup'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { createInjector, type Injector } from './inject.ts'
import type { Sql } from './sql.ts'
import type { ChaosSystem } from './system.ts'

const lock = `bull:${taskQueueName}:chaos-task:lock`
const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
const running = { taskId: 'chaos-task', attempt: 1, tenantId: 'demo', type: 'noop', traceparent }
const other = { ...running, taskId: 'chaos-other' }
let answers: object[][]
let redis: Redis
let injector: Injector

beforeEach(() => {
  answers = []
  redis = new Redis(inject('redisUrl'))
  const sql = { ask: async () => answers.shift() ?? [] } as unknown as Sql
  const workers = [{ name: 'worker-1', lives: [], signal: () => undefined }]
  const system = { redisUrl: inject('redisUrl'), workers } as unknown as ChaosSystem
  injector = createInjector(system, sql, 1_000)
})

afterEach(async () => {
  await injector[Symbol.asyncDispose]()
  const left = await redis.keys(`bull:${taskQueueName}:*`)
  if (left.length > 0) await redis.del(left)
  redis.disconnect()
})

test('a lease is taken where there is one', async () => {
  answers = [[running], [other, running]]
  await redis.set(lock, 'token')
  expect(await injector.inject({ kind: 'take lease' })).toMatchObject({ taskId: running.taskId })
  const again = await injector.inject({ kind: 'take lease' })
  expect(again.isEffective()).toBe(false)
  expect(again.text).toBe('take lease (without effect)')
})

test('a second job is one while its task runs, in the same trace', async () => {
  answers = [[running], [], [other], [other]]
  expect(await injector.inject({ kind: 'second job' })).toMatchObject({ taskId: other.taskId })
  const options = await redis.hget(`bull:${taskQueueName}:again-${other.taskId}`, 'opts')
  expect(options).toContain(traceparent)
  answers = [[running], []]
  expect((await injector.inject({ kind: 'second job' })).isEffective()).toBe(false)
})

test('nothing is taken from nobody', async () => {
  const faults = [
    { kind: 'take lease' },
    { kind: 'second job' },
    { kind: 'pause', worker: 1, forMs: 2_000 },
  ] as const
  for (const fault of faults) expect((await injector.inject(fault)).isEffective()).toBe(false)
})

test('what failed has no effect, and says so', async () => {
  const { isEffective, text } = await injector.inject({ kind: 'kill', victim: 'worker', worker: 9 })
  expect(isEffective()).toBe(false)
  expect(text).toContain('not done')
})
