// The instruments of an app, as one call each in its `metrics.ts`. Units are UCUM, durations are seconds.
import {
  type Counter,
  type Gauge,
  type Histogram,
  metrics,
  type ObservableCallback,
  type UpDownCounter,
} from '@opentelemetry/api'

export interface InstrumentSettings {
  readonly description: string
  /** UCUM: `s`, `By`, `{task}`. */
  readonly unit: string
}

export interface HistogramSettings extends InstrumentSettings {
  /** Upper bounds, ascending. The SDK's own are made for milliseconds. */
  readonly buckets: readonly number[]
}

/** The bounds that semantic conventions advise for the seconds of a request. */
export const requestSecondsBuckets = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
]

/** The bounds that semantic conventions advise for the seconds of a database's operation. */
export const operationSecondsBuckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]

const meter = () => metrics.getMeter('throughline')

export function counter(name: string, settings: InstrumentSettings): Counter {
  return meter().createCounter(name, settings)
}

/** For what rises and falls by events: current tasks, queue depth. */
export function upDownCounter(name: string, settings: InstrumentSettings): UpDownCounter {
  return meter().createUpDownCounter(name, settings)
}

export function histogram(name: string, { buckets, ...settings }: HistogramSettings): Histogram {
  const advice = { explicitBucketBoundaries: [...buckets] }
  return meter().createHistogram(name, { ...settings, advice })
}

/** For a value one is told: what is left of a limit. */
export function gauge(name: string, settings: InstrumentSettings): Gauge {
  return meter().createGauge(name, settings)
}

/** For a value one has to look up; asked once for every export. */
export function observableGauge(
  name: string,
  settings: InstrumentSettings,
  observe: ObservableCallback,
): void {
  meter().createObservableGauge(name, settings).addCallback(observe)
}
