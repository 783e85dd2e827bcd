// How a trace gets from process to process: our way, unless a configuration file or `OTEL_PROPAGATORS` ask for another.
import { propagation, type TextMapPropagator } from '@opentelemetry/api'
import { CompositePropagator, W3CBaggagePropagator } from '@opentelemetry/core'
import { traceContextPropagator } from './propagator.ts'

/** Nothing where there is one that only the SDK has: it reads the same variable and brings its own. */
export function createPropagators(env: NodeJS.ProcessEnv): TextMapPropagator[] | undefined {
  if (env.OTEL_CONFIG_FILE) return undefined
  const names = (env.OTEL_PROPAGATORS || 'tracecontext,baggage').split(',')
  const known = [...new Set(names)].map((name) => propagators[name.trim()])
  return known.every((each) => each !== undefined) ? known.flat() : undefined
}

/** Puts ours in the place of what a configuration file asked for, where that is the same standards and nothing else. */
export function replacePropagators(): void {
  const asked = propagation.fields()
  const ours = Object.values(propagators)
    .flat()
    .filter((each) => each.fields().every((field) => asked.includes(field)))
  const known = ours.flatMap((each) => each.fields())
  if (ours.length === 0 || !asked.every((field) => known.includes(field))) return
  propagation.disable()
  propagation.setGlobalPropagator(new CompositePropagator({ propagators: ours }))
}

const propagators: Readonly<Record<string, TextMapPropagator[]>> = {
  tracecontext: [traceContextPropagator],
  baggage: [new W3CBaggagePropagator()],
  none: [],
}
