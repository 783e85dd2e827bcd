import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { followTask } from './event-stream.ts'

test('lets go at once of a reader who comes while the process stops', async () => {
  let isFollowed = false
  const stream = followTask({
    ...{ taskId: 'task', after: '0-0', heartbeatMs: 60_000, backlogBytes: 1_024 },
    events: {
      read: async () => [],
      follow() {
        isFollowed = true
        return () => {
          isFollowed = false
        }
      },
      stop: async () => {},
    },
    readTask: () => Promise.reject(new Error('nobody asks')),
    closing: AbortSignal.abort(),
    logger: pino({ level: 'silent' }),
  })
  expect(await text(stream)).toBe('retry: 1000\n\n')
  expect(isFollowed).toBe(false)
})
