import { randomUUID } from 'node:crypto'
import {
  type TaskEvent,
  taskEventSchema,
  taskEventsKey,
  taskEventsLifetimeSeconds,
} from '@throughline/contracts'
import type {} from '@throughline/embedded/vitest-setup'
import { Redis } from 'ioredis'
import { afterAll, expect, inject, test, vi } from 'vitest'
import { createLease } from '../leases/lease.ts'
import { collectLogs } from '../testing/collect-logs.ts'
import { eventually } from '../testing/eventually.ts'
import { createTaskEventWriter } from './task-events.ts'

const redis = new Redis(inject('redisUrl'))
afterAll(() => redis.disconnect())

async function eventsOf(taskId: string): Promise<TaskEvent[]> {
  const entries = await redis.xrange(taskEventsKey(taskId), '-', '+')
  return entries.map(([, [, json = '']]) => taskEventSchema.parse(JSON.parse(json)))
}

const token = (node: string, text: string): TaskEvent => ({ type: 'token', node, text })

function newTask(connection = redis) {
  const { logger, lines } = collectLogs()
  const taskId = randomUUID()
  const lease = createLease(taskId, 'token', { leaseMs: 60_000, since: performance.now() })
  const writer = createTaskEventWriter(connection, logger)
  return { taskId, lease, lines, writer, events: writer.open(lease) }
}

test('keeps the order of events and joins the tokens between them', async () => {
  const { taskId, writer, events } = newTask()
  const started: TaskEvent = { type: 'task.started', attempt: 1 }
  const completed: TaskEvent = { type: 'task.completed' }
  events.publish(started)
  for (const letter of 'hello') events.publish(token('a', letter))
  events.publish(token('b', '!'))
  events.publish(completed)
  await writer.flush()
  expect(await eventsOf(taskId)).toEqual([started, token('a', 'hello'), token('b', '!'), completed])
})

test('writes what is published soon, though nothing follows', async () => {
  const { taskId, events } = newTask()
  events.publish(token('a', 'alone'))
  await eventually(() => eventsOf(taskId)).toEqual([token('a', 'alone')])
})

test('writes the events of many tasks at once, each to its own stream', async () => {
  const { writer } = newTask()
  const taskIds = Array.from({ length: 1_200 }, () => randomUUID())
  using sent = vi.spyOn(redis, 'eval')
  for (const taskId of taskIds) {
    const lease = createLease(taskId, 'token', { leaseMs: 60_000, since: performance.now() })
    writer.open(lease).publish({ type: 'task.started', attempt: 1 })
  }
  await writer.flush()
  expect(sent).toHaveBeenCalledTimes(3)
  for (const taskId of [taskIds.at(0), taskIds.at(700), taskIds.at(-1)]) {
    expect(await eventsOf(taskId ?? '')).toEqual([{ type: 'task.started', attempt: 1 }])
  }
})

test('writes nothing of an attempt that has lost its lease', async () => {
  const { taskId, lease, writer, events } = newTask()
  events.publish(token('a', 'before'))
  lease.stop('lease_lost')
  events.publish(token('a', 'after'))
  await writer.flush()
  expect(await eventsOf(taskId)).toEqual([])
})

test('gives the stream an end', async () => {
  const { taskId, writer, events } = newTask()
  events.publish({ type: 'task.completed' })
  await writer.flush()
  const seconds = await redis.ttl(taskEventsKey(taskId))
  expect(seconds).toBeGreaterThan(taskEventsLifetimeSeconds - 60)
})

test('loses events rather than the task when Redis is away, and says so', async () => {
  const away = new Redis({ port: 1, lazyConnect: true, enableOfflineQueue: false })
  away.on('error', () => {})
  const { lines, writer, events } = newTask(away)
  events.publish({ type: 'task.completed' })
  await writer.flush()
  expect(lines).toMatchObject([{ level: 40, msg: 'task events not written', lost: 1 }])
  away.disconnect()
})

test('keeps no more than it can hold, and says how many it has lost', async () => {
  const { taskId, lines, writer, events } = newTask()
  for (let i = 0; i < 20_010; i += 1) events.publish({ type: 'node.started', node: `${i}` })
  await writer.flush()
  expect(lines).toMatchObject([{ level: 40, msg: 'task events not written', lost: 10 }])
  expect((await eventsOf(taskId)).at(-1)).toEqual({ type: 'node.started', node: '19999' })
})
