// How a trace gets from process to process when neither `OTEL_PROPAGATORS` nor a configuration file says it.
import type { TextMapPropagator } from '@opentelemetry/api'
import { W3CBaggagePropagator } from '@opentelemetry/core'
import { traceContextPropagator } from './propagator.ts'

/** Nothing where one of them does: the SDK reads it and brings its own. */
export function createPropagators(env: NodeJS.ProcessEnv): TextMapPropagator[] | undefined {
  if (env.OTEL_PROPAGATORS || env.OTEL_CONFIG_FILE) return undefined
  return [traceContextPropagator, new W3CBaggagePropagator()]
}
