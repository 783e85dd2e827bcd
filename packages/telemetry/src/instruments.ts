// The instruments of an app, one line each in its `metrics.ts`: `counter(metrics.tasksStarted)`. What they are called and
// measure is said in one place, `metric-definitions.ts`. Units are UCUM, durations are seconds.
import {
  type Counter,
  type Gauge,
  type Histogram,
  type Meter,
  metrics,
  type ObservableCallback,
  type UpDownCounter,
} from '@opentelemetry/api'

export interface MetricDefinition {
  readonly name: string
  readonly description: string
  /** UCUM: `s`, `By`, `{task}`. */
  readonly unit: string
}

export interface HistogramDefinition extends MetricDefinition {
  /** Upper bounds, ascending. The SDK's own are made for milliseconds. */
  readonly buckets: readonly number[]
}

const ours = () => metrics.getMeter('throughline')

export function counter({ name, ...rest }: MetricDefinition): Counter {
  return ours().createCounter(name, rest)
}

/** For what rises and falls by events: current tasks, queue depth. */
export function upDownCounter({ name, ...rest }: MetricDefinition): UpDownCounter {
  return ours().createUpDownCounter(name, rest)
}

/** `meter`: an instrumentation has one of its own. */
export function histogram(
  { name, buckets, ...rest }: HistogramDefinition,
  meter: Meter = ours(),
): Histogram {
  const advice = { explicitBucketBoundaries: [...buckets] }
  return meter.createHistogram(name, { ...rest, advice })
}

/** For a value one is told: what is left of a limit. */
export function gauge({ name, ...rest }: MetricDefinition): Gauge {
  return ours().createGauge(name, rest)
}

/** For a value one has to look up; asked once for every export. */
export function observableGauge(
  { name, ...rest }: MetricDefinition,
  observe: ObservableCallback,
): void {
  ours().createObservableGauge(name, rest).addCallback(observe)
}
