import { randomUUID } from 'node:crypto'
import { taskEventField, taskEventsKey } from '@throughline/contracts'
import { createLogger } from '@throughline/telemetry'
import { Redis } from 'ioredis'
import { expect, inject, onTestFinished, test } from 'vitest'
import { createTaskEvents, type TaskEventEntry } from './task-events.ts'

/** Longer than a test may take: nobody hears anything by waiting for it. */
const blockMs = 120_000

test('who begins to follow hears at once, also while the streams of others are silent', async () => {
  const [commands, blocking] = [new Redis(inject('redisUrl')), new Redis(inject('redisUrl'))]
  const logger = createLogger({ name: 'gateway', level: 'silent' })
  const events = createTaskEvents({ commands, blocking, logger, blockMs })
  onTestFinished(async () => {
    blocking.disconnect()
    await events.stop()
    await commands.quit()
  })
  const forget = events.follow(randomUUID(), '0', () => undefined)

  for (const attempt of [1, 2]) {
    const taskId = randomUUID()
    const heard = Promise.withResolvers<TaskEventEntry>()
    const leave = events.follow(taskId, '0', heard.resolve)
    const event = { type: 'task.started', attempt }
    await commands.xadd(taskEventsKey(taskId), '*', taskEventField, JSON.stringify(event))
    expect((await heard.promise).event).toEqual(event)
    leave()
    forget()
  }
})
