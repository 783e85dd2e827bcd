// Event loop, garbage collection and heap of Node, with the buckets that the conventions ask of `v8js.gc.duration`: the
// instrumentation has fourteen others.
import type { Meter, MeterProvider } from '@opentelemetry/api'
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node'

const buckets: Readonly<Record<string, number[]>> = { 'v8js.gc.duration': [0.01, 0.1, 1, 10] }

export class RuntimeMetrics extends RuntimeNodeInstrumentation {
  override setMeterProvider(provider: MeterProvider): void {
    super.setMeterProvider({ getMeter: (...scope) => withBuckets(provider.getMeter(...scope)) })
  }
}

function withBuckets(meter: Meter): Meter {
  const changed: Meter = Object.create(meter)
  changed.createHistogram = (name, options) => {
    const explicitBucketBoundaries = buckets[name] ?? options?.advice?.explicitBucketBoundaries
    return meter.createHistogram(name, { ...options, advice: { explicitBucketBoundaries } })
  }
  return changed
}
