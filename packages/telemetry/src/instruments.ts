// The instruments of an app, one line each in its `metrics.ts`: `counter(metrics.tasksStarted)`. What they are called and
// measure is said in one place, `metric-definitions.ts`. Units are UCUM, durations are seconds.
import {
  type Attributes,
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
  /** The labels of which no other values may occur. */
  readonly values?: Readonly<Record<string, readonly (string | number)[]>>
}

type LabelsOf<Definition extends MetricDefinition> = Attributes & {
  readonly [Label in keyof Definition['values']]?: NonNullable<Definition['values']>[Label &
    string][number]
}

export interface HistogramDefinition extends MetricDefinition {
  /** Upper bounds, ascending. The SDK's own are made for milliseconds. */
  readonly buckets: readonly number[]
}

const ours = () => metrics.getMeter('throughline')

export function counter<Definition extends MetricDefinition>(
  definition: Definition,
): Counter<LabelsOf<Definition>> {
  return ours().createCounter(definition.name, definition)
}

/** For what rises and falls by events: current tasks, queue depth. */
export function upDownCounter<Definition extends MetricDefinition>(
  definition: Definition,
): UpDownCounter<LabelsOf<Definition>> {
  return ours().createUpDownCounter(definition.name, definition)
}

/** `meter`: an instrumentation has one of its own. */
export function histogram<Definition extends HistogramDefinition>(
  definition: Definition,
  meter: Meter = ours(),
): Histogram<LabelsOf<Definition>> {
  const advice = { explicitBucketBoundaries: [...definition.buckets] }
  return meter.createHistogram(definition.name, { ...definition, advice })
}

/** For a value one is told: what is left of a limit. */
export function gauge<Definition extends MetricDefinition>(
  definition: Definition,
): Gauge<LabelsOf<Definition>> {
  return ours().createGauge(definition.name, definition)
}

/** For a value one has to look up; asked once for every export. */
export function observableGauge<Definition extends MetricDefinition>(
  definition: Definition,
  observe: ObservableCallback<LabelsOf<Definition>>,
): void {
  const instrument = ours().createObservableGauge<LabelsOf<Definition>>(definition.name, definition)
  instrument.addCallback(observe)
}
