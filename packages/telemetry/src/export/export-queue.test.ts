import { type Context, context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { isTracingSuppressed } from '@opentelemetry/core'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { expect, onTestFinished, test } from 'vitest'
import { createExportQueue, type ExportQueueSettings } from './export-queue.ts'
import { createLedger } from './ledger.ts'
import { createLossReport } from './loss-report.ts'
import type { Outcome } from './outcome.ts'
import { bytesPerItem } from './queue-size.ts'

const resource = resourceFromAttributes({})
const item = { resource }
const accepted: Outcome = { is: 'accepted', rejectedCount: 0 }
const postponed: Outcome = { is: 'postponed', errorType: '503', message: 'busy' }

function start(settings: Partial<ExportQueueSettings<{ resource: typeof resource }>> = {}) {
  const sent: number[] = []
  const ledger = createLedger(createLossReport({ items: 'items', waitingCount: () => queue.size }))
  const queue = createExportQueue<typeof item>({
    encode: (items) => new Uint8Array(items.length),
    async send(data) {
      sent.push(data.length)
      return accepted
    },
    ledger,
    capacity: 10,
    batchSize: 4,
    delayMs: 20,
    ...settings,
  })
  const processed = () => Object.fromEntries(ledger.processedSums)
  const exported = () => Object.fromEntries(ledger.exportedSums)
  return { queue, sent, processed, exported }
}

test('sends a batch when it is full or has waited long enough, one at a time', async () => {
  let inFlight = 0
  let most = 0
  const sizes: number[] = []
  const { queue } = start({
    async send(data) {
      inFlight += 1
      most = Math.max(most, inFlight)
      sizes.push(data.length)
      await new Promise(setImmediate)
      inFlight -= 1
      return accepted
    },
  })
  for (let count = 0; count < 9; count += 1) queue.offer(item)
  await expect.poll(() => sizes).toEqual([4, 4, 1])
  expect(most).toBe(1)
  expect(queue.size).toBe(0)
})

test('holds no more bytes than items of a sensible size would have', async () => {
  const { queue, processed } = start({
    encode: (items) => new Uint8Array(items.length * 2 * bytesPerItem),
    send: async () => postponed,
  })
  for (let count = 0; count < 10; count += 1) queue.offer(item)
  // Four of them have 8 of 10 parts of the room.
  expect(queue.size).toBe(6)
  expect(processed()).toEqual({ '': 4, queue_full: 4 })
  await queue.shutdown()
  expect(processed()).toEqual({ '': 4, queue_full: 6 })
})

test('takes a batch of whatever size when nothing else waits', async () => {
  const receiver = Promise.withResolvers<Outcome>()
  const { queue, processed } = start({
    encode: (items) => new Uint8Array(items.length * 3 * bytesPerItem),
    send: () => receiver.promise,
  })
  for (let count = 0; count < 8; count += 1) queue.offer(item)
  expect(queue.size).toBe(4)
  expect(processed()).toEqual({ '': 4, queue_full: 4 })
  receiver.resolve(accepted)
  await queue.flush()
  for (let count = 0; count < 4; count += 1) queue.offer(item)
  await queue.flush()
  expect(processed()).toEqual({ '': 8, queue_full: 4 })
  expect(queue.size).toBe(0)
})

test('what has no encoding is lost and counted, and nobody else pays for it', async () => {
  const { queue, processed } = start({
    encode() {
      throw new Error('no such attribute')
    },
  })
  for (let count = 0; count < 4; count += 1) queue.offer(item)
  expect(processed()).toEqual({ encoding: 4 })
  expect(queue.size).toBe(0)
})

test('one that has no encoding is lost alone, and the rest of its batch goes in order', async () => {
  const refused = 2
  const sent: number[] = []
  const { queue, processed } = start({
    encode(items) {
      const ids = items.map(({ resource }) => Number(resource.attributes.id))
      if (ids.includes(refused)) throw new Error('no such attribute')
      return Uint8Array.from(ids)
    },
    async send(data) {
      sent.push(...data)
      return accepted
    },
  })
  for (const id of [0, 1, refused, 3]) queue.offer({ resource: resourceFromAttributes({ id }) })
  await queue.flush()
  expect(sent).toEqual([0, 1, 3])
  expect(processed()).toEqual({ '': 3, encoding: 1 })
  expect(queue.size).toBe(0)
})

test('counts what comes after its end', async () => {
  const { queue, sent, processed } = start()
  queue.offer(item)
  await queue.shutdown()
  queue.offer(item)
  await queue.flush()
  expect(sent).toEqual([1])
  expect(processed()).toEqual({ '': 1, already_shutdown: 1 })
})

test('waits for what a process still finds out about itself', async () => {
  const host = Promise.withResolvers<string>()
  const pending = { resource: resourceFromAttributes({ 'host.id': host.promise }) }
  const { queue, sent } = start()
  for (let count = 0; count < 5; count += 1) queue.offer(pending)
  const flushed = queue.flush()
  expect(sent).toEqual([])
  host.resolve('here')
  await flushed
  expect(sent).toEqual([4, 1])
})

test('a flush does not wait for the end of a pause', async () => {
  const outcomes = [{ ...postponed, retryAfterMs: 60_000 } as const, accepted]
  const { queue, exported } = start({ send: async () => outcomes.shift() ?? accepted })
  queue.offer(item)
  await expect.poll(() => outcomes).toHaveLength(1)
  await queue.flush()
  expect(exported()).toEqual({ '': 1 })
})

test('sends outside of whatever the last item was recorded in', async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  onTestFinished(() => context.disable())
  const key = createContextKey('request')
  const seen = Promise.withResolvers<Context>()
  const { queue } = start({
    batchSize: 1,
    async send() {
      seen.resolve(context.active())
      return accepted
    },
  })
  context.with(ROOT_CONTEXT.setValue(key, 'mine'), () => queue.offer(item))
  const active = await seen.promise
  expect(active.getValue(key)).toBeUndefined()
  expect(isTracingSuppressed(active)).toBe(true)
})
