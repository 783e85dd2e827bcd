// How a trace gets from process to process: our way, unless a configuration file or `OTEL_PROPAGATORS` ask for another.
import type { TextMapPropagator } from '@opentelemetry/api'
import { W3CBaggagePropagator } from '@opentelemetry/core'
import { traceContextPropagator } from './propagator.ts'

/** Nothing where there is one that only the SDK has: it reads the same variable and brings its own. */
export function createPropagators(env: NodeJS.ProcessEnv): TextMapPropagator[] | undefined {
  if (env.OTEL_CONFIG_FILE) return undefined
  const names = (env.OTEL_PROPAGATORS || 'tracecontext,baggage').split(',')
  const known = [...new Set(names)].map((name) => propagators[name.trim()])
  return known.every((each) => each !== undefined) ? known.flat() : undefined
}

const propagators: Readonly<Record<string, TextMapPropagator[]>> = {
  tracecontext: [traceContextPropagator],
  baggage: [new W3CBaggagePropagator()],
  none: [],
}
