import { randomUUID } from 'node:crypto'
import {
  type TaskEvent,
  taskEventSchema,
  taskEventsKey,
  taskEventsLifetimeSeconds,
} from '@throughline/contracts'
import type {} from '@throughline/embedded/vitest-setup'
import { Redis } from 'ioredis'
import { afterAll, expect, inject, test } from 'vitest'
import { collectLogs } from '../testing/collect-logs.ts'
import { eventually } from '../testing/eventually.ts'
import { openTaskEvents } from './task-events.ts'

const redis = new Redis(inject('redisUrl'))
afterAll(() => redis.disconnect())

async function eventsOf(taskId: string): Promise<TaskEvent[]> {
  const entries = await redis.xrange(taskEventsKey(taskId), '-', '+')
  return entries.map(([, [, json = '']]) => taskEventSchema.parse(JSON.parse(json)))
}

const token = (node: string, text: string): TaskEvent => ({ type: 'token', node, text })

test('keeps the order of events and joins the tokens between them', async () => {
  const taskId = randomUUID()
  const events = openTaskEvents(redis, taskId, collectLogs().logger)
  const started: TaskEvent = { type: 'task.started', attempt: 1 }
  const completed: TaskEvent = { type: 'task.completed' }
  events.publish(started)
  for (const letter of 'hello') events.publish(token('a', letter))
  events.publish(token('b', '!'))
  events.publish(completed)
  await events.flush()
  expect(await eventsOf(taskId)).toEqual([started, token('a', 'hello'), token('b', '!'), completed])
})

test('writes tokens soon, though nothing follows them', async () => {
  const taskId = randomUUID()
  const events = openTaskEvents(redis, taskId, collectLogs().logger)
  events.publish(token('a', 'alone'))
  await eventually(() => eventsOf(taskId)).toEqual([token('a', 'alone')])
})

test('gives the stream an end', async () => {
  const taskId = randomUUID()
  const events = openTaskEvents(redis, taskId, collectLogs().logger)
  events.publish({ type: 'task.completed' })
  await events.flush()
  const seconds = await redis.ttl(taskEventsKey(taskId))
  expect(seconds).toBeGreaterThan(taskEventsLifetimeSeconds - 60)
})

test('loses events rather than the task when Redis is away, and says so', async () => {
  const { logger, lines } = collectLogs()
  const away = new Redis({ port: 1, lazyConnect: true, enableOfflineQueue: false })
  away.on('error', () => {})
  const events = openTaskEvents(away, randomUUID(), logger)
  events.publish({ type: 'task.completed' })
  await events.flush()
  expect(lines).toMatchObject([{ level: 40, msg: 'task events not written', lost: 1 }])
  away.disconnect()
})
