import { propagation } from '@opentelemetry/api'

/** The headers in which trace context comes and goes, in lower case: the standard ones, whatever else is in use. */
export function contextFields(): Set<string> {
  const used = propagation.fields().map((name) => name.toLowerCase())
  return new Set(['traceparent', 'tracestate', 'baggage', ...used])
}
