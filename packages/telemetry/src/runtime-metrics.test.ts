import { expect, test } from 'vitest'
import { readMetrics } from '../fixtures/read-metrics.ts'
import { recordScript } from '../fixtures/record-script.ts'

test('event loop, garbage collection and heap are told by the names and units of the conventions', async () => {
  const { received } = await recordScript('garbage')
  const runtime = readMetrics(received).filter(({ name }) => /^(nodejs|v8js)\./.test(name))
  const units = Object.fromEntries(runtime.map(({ name, unit }) => [name, unit]))
  expect(units).toEqual({
    'nodejs.eventloop.delay.max': 's',
    'nodejs.eventloop.delay.mean': 's',
    'nodejs.eventloop.delay.min': 's',
    'nodejs.eventloop.delay.p50': 's',
    'nodejs.eventloop.delay.p90': 's',
    'nodejs.eventloop.delay.p99': 's',
    'nodejs.eventloop.delay.stddev': 's',
    'nodejs.eventloop.time': 's',
    'nodejs.eventloop.utilization': '1',
    'v8js.gc.duration': 's',
    'v8js.memory.heap.space.available_size': 'By',
    'v8js.memory.heap.space.physical_size': 'By',
    'v8js.memory.heap.space.size': 'By',
    'v8js.memory.heap.used': 'By',
    'v8js.resource.active': '{resource}',
  })
  const values = (name: string) => runtime.filter((series) => series.name === name)
  // Milliseconds or nanoseconds would be far beyond these.
  for (const { value } of values('nodejs.eventloop.delay.max')) expect(value).toBeLessThan(5)
  expect(values('v8js.gc.duration').map(({ attributes }) => attributes['v8js.gc.type'])).toContain(
    'major',
  )
  // Those of the conventions, not the instrumentation's.
  expect(values('v8js.gc.duration')[0]?.bounds).toEqual([0.01, 0.1, 1, 10])
  const used = values('v8js.memory.heap.used').reduce((sum, { value }) => sum + value, 0)
  expect(used).toBeGreaterThan(1_000_000)
})
