import { randomUUID } from 'node:crypto'
import { taskEventField, taskEventsKey } from '@throughline/contracts'
import { createLogger } from '@throughline/telemetry'
import { Redis } from 'ioredis'
import { expect, inject, onTestFinished, test } from 'vitest'
import { createTaskEvents, type TaskEventEntry, type TaskEvents } from './task-events.ts'

/** Longer than a test may take: nobody hears anything by waiting for it. */
const longMs = 120_000

function connect(blockMs: number, user: { username?: string; password?: string } = {}) {
  const commands = new Redis(inject('redisUrl'))
  // As in the app, what a connection leaves unanswered is not sent again on the next.
  const blocking = new Redis(inject('redisUrl'), { ...user, maxRetriesPerRequest: 0 })
  const logger = createLogger({ name: 'gateway', level: 'silent' })
  const events = createTaskEvents({ commands, blocking, logger, blockMs, retryAfterMs: 10 })
  onTestFinished(async () => {
    blocking.disconnect()
    await events.stop()
    await commands.quit()
  })
  return { commands, blocking, events }
}

/** Begins to follow a task, and returns when an event of it has been heard. */
async function hear(events: TaskEvents, commands: Redis): Promise<void> {
  const taskId = randomUUID()
  const heard = Promise.withResolvers<TaskEventEntry>()
  const leave = events.follow(taskId, '0', heard.resolve)
  const event = { type: 'task.started', attempt: 1 }
  await commands.xadd(taskEventsKey(taskId), '*', taskEventField, JSON.stringify(event))
  expect((await heard.promise).event).toEqual(event)
  leave()
}

test('who begins to follow hears at once, also while the streams of others are silent', async () => {
  const { commands, events } = connect(longMs)
  events.follow(randomUUID(), '0', () => undefined)
  for (let count = 0; count < 20; count += 1) await hear(events, commands)
})

test('who begins to follow hears at once, also on a connection that took the place of another', async () => {
  const { commands, blocking, events } = connect(longMs)
  events.follow(randomUUID(), '0', () => undefined)
  for (const another of [true, true, false]) {
    // The first of each connection may be among those that its first read is for.
    for (let count = 0; count < 3; count += 1) await hear(events, commands)
    if (another) blocking.disconnect(true)
  }
})

test('reads where Redis does not say which connection it is', async () => {
  const [username, password] = [randomUUID(), randomUUID()]
  const administrator = new Redis(inject('redisUrl'))
  await administrator.acl('SETUSER', username, 'on', `>${password}`, '~*', '+@all', '-client|id')
  const { commands, events } = connect(50, { username, password })
  events.follow(randomUUID(), '0', () => undefined)
  await hear(events, commands)
  await administrator.acl('DELUSER', username)
  await administrator.quit()
})
