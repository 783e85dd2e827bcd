import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { driveApp } from '../../fixtures/drive-app.ts'
import { startHostileReceiver } from '../../fixtures/hostile-receiver.ts'
import { readMetrics } from '../../fixtures/read-metrics.ts'
import { sumsOf } from '../../fixtures/sums.ts'
import {
  bytesPerItem,
  defaultCapacity,
  itemsPerSecond,
  longestPauseMs,
  outageSeconds,
} from './queue-size.ts'

// The figures promised are those of a service that sets nothing.
const byDefault = {
  OTEL_BSP_SCHEDULE_DELAY: '5000',
  OTEL_BLRP_SCHEDULE_DELAY: '1000',
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf',
}

test('at 500 spans a second nothing is lost while the receiver is gone for 30 seconds', async () => {
  await using receiver = await startHostileReceiver()
  await using app = await driveApp({ ...receiver.env, ...byDefault })
  const seconds = 1 + outageSeconds + 1
  const spans = itemsPerSecond * seconds
  const recording = app.order({ do: 'record', spans, perSecond: itemsPerSecond })
  await sleep(1_000)
  await receiver.leave()
  await sleep(outageSeconds * 1_000)
  await receiver.comeBack()
  await recording
  // Whatever the longest pause still has to go.
  const ids = () => new Set(receiver.good.spans.map(({ spanId }) => spanId))
  await expect.poll(() => ids().size, { timeout: 4 * longestPauseMs }).toBe(spans)
  await app.stop()
  const number = ({ attributes }: (typeof receiver.good.spans)[number]) => attributes['work.number']
  expect(receiver.good.spans.map(number)).toEqual(Array.from({ length: spans }, (_, at) => at))
  expect(sumsOf(receiver.good, 'otel.sdk.processor.span.processed')).toEqual({ '': spans })
  expect(sumsOf(receiver.good, 'otel.sdk.exporter.span.exported')).toEqual({ '': spans })
  expect(app.problems.map(({ msg }) => msg)).toEqual(['spans wait for their receiver'])
})

test('memory is bounded however long the receiver is gone', async () => {
  await using receiver = await startHostileReceiver()
  await using app = await driveApp({ ...receiver.env, ...byDefault })
  await receiver.leave()
  const { bytes: before } = await app.order({ do: 'weigh' })
  await app.order({ do: 'record', spans: 2 * defaultCapacity })
  const { bytes: full } = await app.order({ do: 'weigh' })
  await app.order({ do: 'record', spans: 2 * defaultCapacity })
  const { bytes: later } = await app.order({ do: 'weigh' })
  expect(full - before).toBeLessThan(defaultCapacity * bytesPerItem)
  expect(later - full).toBeLessThan(2 ** 22)
})

test('an outage costs metrics their resolution, not their sums', async () => {
  await using receiver = await startHostileReceiver()
  const { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: _, ...env } = receiver.env
  await using app = await driveApp({ ...env, OTEL_METRIC_EXPORT_INTERVAL: '200' })
  const sum = () => readMetrics(receiver.good).find(({ name }) => name === 'work')?.value
  await app.order({ do: 'count', times: 1 })
  await expect.poll(sum).toBe(1)
  receiver.behave('reset')
  for (let piece = 0; piece < 10; piece += 1) {
    const attempts = receiver.attempts.length
    await app.order({ do: 'count', times: 1 })
    await expect.poll(() => receiver.attempts.length).toBeGreaterThan(attempts)
  }
  receiver.behave('take')
  await expect.poll(sum).toBe(11)
  await app.stop()
})
