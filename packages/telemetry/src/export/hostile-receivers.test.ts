import { expect, test } from 'vitest'
import { driveApp } from '../../fixtures/drive-app.ts'
import {
  type Behaviour,
  type HostileReceiver,
  startHostileReceiver,
} from '../../fixtures/hostile-receiver.ts'
import { readMetrics } from '../../fixtures/read-metrics.ts'
import { sumsOf } from '../../fixtures/sums.ts'

const spans = 20
const env = { OTEL_EXPORTER_OTLP_TIMEOUT: '400' }
const exported = 'otel.sdk.exporter.span.exported'

function idsOf({ good }: HostileReceiver): Set<string> {
  return new Set(good.spans.filter(({ name }) => name === 'work').map(({ spanId }) => spanId))
}

function waitingIn({ good }: HostileReceiver): number {
  return readMetrics(good).find(({ name }) => name.endsWith('span.queue.size'))?.value ?? 0
}

test.each<[string, Behaviour | 'gone']>([
  ['is gone', 'gone'],
  ['hangs', 'hang'],
  ['resets connections', 'reset'],
  ['speaks no HTTP', 'noise'],
  ['refuses with 429', { status: 429, retryAfter: '1' }],
  ['refuses with 502', { status: 502 }],
  ['refuses with 503', { status: 503 }],
  ['refuses with 504', { status: 504 }],
])('a receiver that %s loses nothing, and the app answers meanwhile', async (_, behaviour) => {
  await using receiver = await startHostileReceiver()
  await using app = await driveApp({ ...receiver.env, ...env })
  if (behaviour === 'gone') await receiver.leave()
  else receiver.behave(behaviour)

  await app.order({ do: 'record', spans })
  await expect.poll(() => waitingIn(receiver)).toBeGreaterThanOrEqual(spans)
  const { tookMs } = await app.order({ do: 'ask', requests: 20 })
  expect(tookMs).toHaveLength(20)

  if (behaviour === 'gone') await receiver.comeBack()
  else receiver.behave('take')
  await expect.poll(() => idsOf(receiver).size).toBe(spans)
  expect(await app.stop()).toMatchObject({ code: 0 })
  // What only timed out may have come twice; it is counted once.
  const ids = new Set(receiver.good.spans.map(({ spanId }) => spanId))
  expect(sumsOf(receiver.good, exported)).toEqual({ '': ids.size })
  expect(app.problems).toEqual([])
})

test('a receiver that says when to come back is left alone until then', async () => {
  await using receiver = await startHostileReceiver()
  await using app = await driveApp(receiver.env)
  receiver.behave({ status: 429, retryAfter: '2' })
  await app.order({ do: 'record', spans })
  await expect.poll(() => receiver.attempts).toHaveLength(1)
  receiver.behave('take')
  await expect.poll(() => idsOf(receiver).size).toBe(spans)
  const [first = 0, second = 0] = receiver.attempts
  expect(second - first).toBeGreaterThan(1_990)
})

test.each<[string, Behaviour, string]>([
  ['a web page', 'page', 'it is text/html'],
  ['half of something', 'drip', 'aborted'],
])('200 with %s counts as taken, and a line says so', async (_, behaviour, reason) => {
  await using receiver = await startHostileReceiver()
  await using app = await driveApp({ ...receiver.env, ...env })
  receiver.behave(behaviour)
  await app.order({ do: 'record', spans })
  await expect.poll(() => app.problems).toHaveLength(1)
  expect(app.problems[0]).toMatchObject({ msg: 'the receiver of spans has a remark' })
  expect(app.problems[0]?.reason).toContain(reason)
  await app.stop()
  expect(sumsOf(receiver.good, exported)).toEqual({ '': spans })
})

test("the app's latency does not follow the receiver's", async () => {
  await using receiver = await startHostileReceiver()
  await using app = await driveApp({ ...receiver.env, OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '16' })
  const median = async (behaviour: Behaviour) => {
    receiver.behave(behaviour)
    const { tookMs } = await app.order({ do: 'ask', requests: 100 })
    return tookMs[tookMs.length >> 1] ?? 0
  }
  await median('take')
  const taken: number[] = []
  const hung: number[] = []
  for (let round = 0; round < 5; round += 1) {
    taken.push(await median('take'))
    hung.push(await median('hang'))
  }
  // Paired in one run. A request that waits for the receiver would take its ten seconds.
  const best = (values: number[]) => Math.min(...values)
  expect(best(hung)).toBeLessThan(best(taken) * 3 + 5)
})
