import { expect, test } from 'vitest'
import { type DrivenApp, driveApp } from '../../fixtures/drive-app.ts'
import { startHostileReceiver } from '../../fixtures/hostile-receiver.ts'
import { runScript } from '../../fixtures/run-script.ts'
import { sumsOf } from '../../fixtures/sums.ts'

const processed = 'otel.sdk.processor.span.processed'
const exported = 'otel.sdk.exporter.span.exported'

/** What the lines say in all, by reason. */
function told({ problems }: DrivenApp): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const [reason, count] of problems.flatMap(({ lost = {} }) => Object.entries(lost))) {
    sums[reason] = (sums[reason] ?? 0) + count
  }
  return sums
}

test('beyond the bound every lost span is counted in a metric and told in a line', async () => {
  await using receiver = await startHostileReceiver()
  await using app = await driveApp({ ...receiver.env, OTEL_BSP_MAX_QUEUE_SIZE: '100' })
  await receiver.leave()
  await app.order({ do: 'record', spans: 350 })
  await expect.poll(() => sumsOf(receiver.good, processed)).toMatchObject({ queue_full: 250 })
  await receiver.comeBack()
  await expect.poll(() => receiver.good.spans.length).toBe(100)
  expect(await app.stop()).toMatchObject({ code: 0 })
  expect(receiver.good.spans.map(({ attributes }) => attributes['work.number'])).toEqual(
    Array.from({ length: 100 }, (_, number) => number),
  )
  expect(sumsOf(receiver.good, processed)).toEqual({ '': 100, queue_full: 250 })
  expect(sumsOf(receiver.good, exported)).toEqual({ '': 100 })
  expect(told(app)).toEqual({ queue_full: 250 })
  // The first loss, and at the end all others: those between wait for their minute.
  expect(app.problems).toHaveLength(2)
})

test.each([400, 401, 404, 413, 500])('%i is for ever: sent once and counted', async (status) => {
  await using receiver = await startHostileReceiver()
  await using app = await driveApp(receiver.env)
  receiver.behave({ status })
  await app.order({ do: 'record', spans: 30 })
  await expect.poll(() => sumsOf(receiver.good, exported)).toEqual({ [status]: 30 })
  receiver.behave('take')
  expect(await app.stop()).toMatchObject({ code: 0 })
  expect(receiver.attempts).toHaveLength(1)
  expect(receiver.good.spans).toEqual([])
  expect(told(app)).toEqual({ [status]: 30 })
  expect(app.problems[0]).toMatchObject({
    msg: 'spans are lost',
    reason: `it answered ${status}`,
  })
})

test('what the receiver rejects of a batch is counted with its reason', async () => {
  await using receiver = await startHostileReceiver()
  await using app = await driveApp(receiver.env)
  receiver.behave({ rejects: 3 })
  await app.order({ do: 'record', spans: 10 })
  await expect.poll(() => sumsOf(receiver.good, exported)).toEqual({ '': 7, rejected: 3 })
  await app.stop()
  expect(told(app)).toEqual({ rejected: 3 })
  expect(app.problems[0]).toMatchObject({ reason: 'too old' })
})

test('shutdown stays within its bound while the receiver hangs, and counts what it leaves', async () => {
  await using receiver = await startHostileReceiver()
  await using app = await driveApp({ ...receiver.env, OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '10' })
  receiver.behave('hang')
  await app.order({ do: 'record', spans: 35 })
  await expect.poll(() => receiver.attempts).toHaveLength(1)
  const { code, tookMs } = await app.stop()
  expect(code).toBe(0)
  // A guard of three seconds, which a busy machine notices late.
  expect(tookMs).toBeLessThan(4_000)
  expect(sumsOf(receiver.good, processed)).toEqual({ '': 10, shutdown: 25 })
  expect(sumsOf(receiver.good, exported)).toEqual({ shutdown: 10 })
  expect(told(app)).toEqual({ shutdown: 35 })
})

test('log records are kept through an outage, and counted beyond the bound', async () => {
  await using receiver = await startHostileReceiver()
  await using app = await driveApp({ ...receiver.env, OTEL_BLRP_MAX_QUEUE_SIZE: '50' })
  await receiver.leave()
  await app.order({ do: 'log', records: 80 })
  const processedLogs = 'otel.sdk.processor.log.processed'
  await expect.poll(() => sumsOf(receiver.good, processedLogs)).toMatchObject({ queue_full: 30 })
  await receiver.comeBack()
  await expect.poll(() => receiver.good.logs.length).toBe(50)
  await app.stop()
  expect(sumsOf(receiver.good, processedLogs)).toEqual({ '': 50, queue_full: 30 })
  expect(sumsOf(receiver.good, 'otel.sdk.exporter.log.exported')).toEqual({ '': 50 })
  expect(told(app)).toEqual({ queue_full: 30 })
  expect(app.problems[0]).toMatchObject({ msg: 'log records are lost' })
})

test('a process that ends without a shutdown says what it takes with it', async () => {
  const { code, stderr } = await runScript('no-shutdown', {
    env: { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' },
  })
  expect(code).toBe(3)
  expect(JSON.parse(stderr)).toMatchObject({ msg: 'spans are lost', lost: { exit: 1 } })
})
