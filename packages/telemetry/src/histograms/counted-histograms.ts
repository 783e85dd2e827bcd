// Puts our histograms beside the SDK's instruments: meters make them, and readers are told of both.
import {
  type Histogram,
  type Meter,
  type MeterProvider,
  type MetricOptions,
  ValueType,
} from '@opentelemetry/api'
import { type InstrumentationScope, millisToHrTime } from '@opentelemetry/core'
import {
  AggregationTemporality,
  AggregationType,
  DataPointType,
  type IMetricReader,
  InstrumentType,
  type MetricData,
  type ScopeMetrics,
} from '@opentelemetry/sdk-metrics'
import { CountedHistogram } from './counted-histogram.ts'

interface Declared {
  readonly scope: InstrumentationScope
  readonly descriptor: MetricData['descriptor']
  readonly histogram: CountedHistogram
}

export interface CountedHistograms {
  /** The same meters, but for the histograms that say their buckets. */
  addTo(provider: MeterProvider): MeterProvider
}

/** To be called before the readers are given to a provider. Nothing where one of them wants what ours do not do. */
export function createCountedHistograms(
  readers: readonly IMetricReader[],
): CountedHistograms | undefined {
  if (!readers.every(takesSums)) return undefined
  const declared = new Map<string, Declared>()
  for (const reader of readers) tellReader(reader, () => collect(declared))

  function declare(scope: InstrumentationScope, name: string, options: MetricOptions): Histogram {
    const key = JSON.stringify([scope, name])
    const known = declared.get(key)
    if (known) return known.histogram
    const histogram = new CountedHistogram(name, options.advice?.explicitBucketBoundaries ?? [])
    const { description = '', unit = '', valueType = ValueType.DOUBLE } = options
    declared.set(key, { scope, descriptor: { name, description, unit, valueType }, histogram })
    return histogram
  }

  return {
    addTo(provider) {
      const getMeter: MeterProvider['getMeter'] = (name, version = '', options = {}) => {
        const meter = provider.getMeter(name, version, options)
        const scope = { name, version, schemaUrl: options.schemaUrl }
        const createHistogram: Meter['createHistogram'] = (metric, asked = {}) =>
          asked.advice?.explicitBucketBoundaries
            ? declare(scope, metric, asked)
            : meter.createHistogram(metric, asked)
        return Object.assign(Object.create(meter) as Meter, { createHistogram })
      }
      return Object.assign(Object.create(provider) as MeterProvider, { getMeter })
    },
  }
}

/** Since the start and in the buckets that were asked for: the defaults. Whoever asks for more gets the SDK's own. */
function takesSums(reader: IMetricReader): boolean {
  const histogram = InstrumentType.HISTOGRAM
  return (
    reader.selectAggregationTemporality(histogram) === AggregationTemporality.CUMULATIVE &&
    reader.selectAggregation(histogram).type === AggregationType.DEFAULT
  )
}

function tellReader(reader: IMetricReader, ours: () => ScopeMetrics[]): void {
  const { setMetricProducer } = reader
  reader.setMetricProducer = (producer) =>
    setMetricProducer.call(reader, {
      async collect(options) {
        const { resourceMetrics, errors } = await producer.collect(options)
        const scopeMetrics = joinScopes([...resourceMetrics.scopeMetrics, ...ours()])
        return { errors, resourceMetrics: { ...resourceMetrics, scopeMetrics } }
      },
    })
}

function joinScopes(all: readonly ScopeMetrics[]): ScopeMetrics[] {
  const keyOf = ({ name, version, schemaUrl }: InstrumentationScope) =>
    JSON.stringify([name, version, schemaUrl])
  return [...Map.groupBy(all, ({ scope }) => keyOf(scope)).values()].flatMap(([first, ...rest]) =>
    first ? [{ scope: first.scope, metrics: [first, ...rest].flatMap((one) => one.metrics) }] : [],
  )
}

function collect(declared: ReadonlyMap<string, Declared>): ScopeMetrics[] {
  const now = millisToHrTime(Date.now())
  return [...declared.values()]
    .map(({ scope, descriptor, histogram }) => {
      const metric: MetricData = {
        descriptor,
        aggregationTemporality: AggregationTemporality.CUMULATIVE,
        dataPointType: DataPointType.HISTOGRAM,
        dataPoints: histogram.points(now),
      }
      return { scope, metrics: [metric] }
    })
    .filter(({ metrics: [metric] }) => metric && metric.dataPoints.length > 0)
}
