import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { expect, inject, onTestFinished, test } from 'vitest'
import { createBlockingReads } from './blocking-reads.ts'

test('ends a read also when it gets to Redis after the word to end it', async () => {
  const [commands, blocking] = [new Redis(inject('redisUrl')), new Redis(inject('redisUrl'))]
  onTestFinished(() => {
    for (const connection of [commands, blocking]) connection.disconnect()
  })
  const reads = createBlockingReads({ commands, blocking })
  const silence = () => blocking.xread('BLOCK', 120_000, 'STREAMS', randomUUID(), '0')
  for (const latenessMs of [0, 50]) {
    const read = reads.run(() => delay(latenessMs).then(silence))
    reads.end()
    expect(await read).toBeNull()
  }
})
