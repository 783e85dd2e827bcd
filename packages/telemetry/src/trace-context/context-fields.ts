import { propagation } from '@opentelemetry/api'

const standard: ReadonlySet<string> = new Set(['traceparent', 'tracestate', 'baggage'])
let all: ReadonlySet<string> | undefined

/** The headers in which trace context comes and goes, in lower case: the standard ones, whatever else is in use. */
export function contextFields(): ReadonlySet<string> {
  return all ?? readFields()
}

function readFields(): ReadonlySet<string> {
  const used = propagation.fields().map((name) => name.toLowerCase())
  // Before the SDK has started, nobody knows what will be in use.
  if (used.length === 0) return standard
  all = new Set([...standard, ...used])
  return all
}
