// Held against the SDK's own histograms, as a reader collects them.
import {
  type Attributes,
  diag,
  type Histogram,
  type MeterProvider as Meters,
} from '@opentelemetry/api'
import {
  type AggregationOption,
  AggregationTemporality,
  AggregationType,
  MeterProvider,
  MetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics'
import { expect, test, vi } from 'vitest'
import { CountedHistogram } from './counted-histogram.ts'
import { createCountedHistograms } from './counted-histograms.ts'

class Reader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

function start(options: ConstructorParameters<typeof MetricReader>[0] = {}) {
  const readers = [new Reader(options), new Reader(options)]
  const counted = createCountedHistograms(readers)
  const provider = new MeterProvider({ readers })
  return { readers, counted, meters: counted?.addTo(provider) ?? provider }
}

const frozen = Object.freeze({ route: '/a', status: 200 })

/** What a service measures, and then what each of its readers is told, twice. */
async function measured(meters: Meters, readers: readonly MetricReader[]) {
  const meter = meters.getMeter('test', '1')
  const options = { unit: 's', description: 'some', advice: { explicitBucketBoundaries: [1, 2] } }
  const histogram = meter.createHistogram('took', options)
  const again = meters.getMeter('test', '1').createHistogram('took', options)
  const other = meters.getMeter('other').createHistogram('took', options)
  meter.createHistogram('default buckets').record(700)
  meter.createHistogram('never', options)
  meter.createCounter('count').add(1)
  const told: unknown[] = []
  for (const round of [1, 2]) {
    for (const value of [0, 1, 1.5, 2, 7]) histogram.record(value, frozen)
    again.record(round, { route: '/b' })
    again.record(3, { route: '/c' })
    again.record(4, { status: 200, route: '/a' })
    other.record(5)
    for (const reader of readers) told.push(plain((await reader.collect()).resourceMetrics))
  }
  return told
}

function plain({ scopeMetrics }: ResourceMetrics) {
  const metrics = scopeMetrics.flatMap(({ scope, metrics }) =>
    metrics.map(({ descriptor, dataPoints, ...metric }) => {
      const { name, unit, description, valueType } = descriptor
      const points = dataPoints.map(({ attributes, value, startTime, endTime }) => {
        const lastsFor = endTime[0] - startTime[0]
        return { attributes, value, isSane: lastsFor >= 0 && lastsFor < 10 }
      })
      return { ...metric, scope, name, unit, description, valueType, points }
    }),
  )
  const sorted = metrics.sort((a, b) =>
    `${a.scope.name}${a.name}` < `${b.scope.name}${b.name}` ? -1 : 1,
  )
  return structuredClone({ scopes: scopeMetrics.length, metrics: sorted })
}

test('every reader is told what it would hear of the SDK', async () => {
  const { meters, readers, counted } = start()
  expect(counted).toBeDefined()
  const sdk = [new Reader(), new Reader()]
  const told = await measured(meters, readers)
  expect(told).toEqual(await measured(new MeterProvider({ readers: sdk }), sdk))
})

test.each([
  ['differences', { aggregationTemporalitySelector: () => AggregationTemporality.DELTA }],
  [
    'other buckets',
    {
      aggregationSelector: (): AggregationOption => ({
        type: AggregationType.EXPONENTIAL_HISTOGRAM,
      }),
    },
  ],
])('a reader that wants %s is left to the SDK', (_, options) => {
  expect(start(options).counted).toBeUndefined()
})

test('beyond two thousand series there is one for all others, as in the SDK', async () => {
  const fill = async (meters: Meters, [reader]: readonly MetricReader[]) => {
    const advice = { explicitBucketBoundaries: [1] }
    const histogram: Histogram = meters.getMeter('test').createHistogram('many', { advice })
    for (let id = 0; id < 2_100; id++) histogram.record(id, Object.freeze({ id }))
    histogram.record(1, { id: 3 })
    return plain((await reader?.collect())?.resourceMetrics as ResourceMetrics)
  }
  const { meters, readers } = start()
  const sdk = [new Reader()]
  const ours = await fill(meters, readers)
  expect(ours.metrics[0]?.points).toHaveLength(2_000)
  expect(ours).toEqual(await fill(new MeterProvider({ readers: sdk }), sdk))
})

test('attributes that change after a measurement change none of its series', () => {
  const histogram = new CountedHistogram('took', [1])
  const own: Attributes = { route: '/b' }
  histogram.record(1, own)
  own.route = '/c'
  histogram.record(1, own)
  const routes = histogram.points([0, 0]).map(({ attributes }) => attributes.route)
  expect(routes).toEqual(['/b', '/c'])
})

test.each([-1, Number.NaN])('%s is no measurement', (value) => {
  const warn = vi.spyOn(diag, 'warn')
  const histogram = new CountedHistogram('took', [1])
  histogram.record(value)
  expect(histogram.points([0, 0])).toEqual([])
  expect(warn).toHaveBeenCalledOnce()
})
