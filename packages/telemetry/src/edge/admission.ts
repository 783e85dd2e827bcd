// What is believed of the trace context that a caller sent. A trusted caller's is continued. A stranger's would let
// anyone write into our traces and switch sampling on, so all that is kept of it is a span link.
import type { IncomingHttpHeaders } from 'node:http'
import type { Link } from '@opentelemetry/api'
import { usableBaggage } from '../trace-context/baggage.ts'
import { contextFields } from '../trace-context/context-fields.ts'
import { formatTraceparent, parseTraceparent } from '../trace-context/traceparent.ts'
import { usableTracestate } from '../trace-context/tracestate.ts'

/** Leaves in `headers` what may be believed, whoever reads them later; returns the link to a stranger's span. */
export function admitTraceContext(
  headers: IncomingHttpHeaders,
  trusted: boolean,
): Link | undefined {
  const traceparent = parseTraceparent(headers.traceparent)
  if (trusted) {
    // One that cannot be parsed takes its tracestate along: it says where in that trace we are.
    replace(headers, 'tracestate', traceparent && usableTracestate(headers.tracestate))
    replace(headers, 'traceparent', traceparent && formatTraceparent(traceparent))
    replace(headers, 'baggage', usableBaggage(headers.baggage))
    return undefined
  }
  for (const name of contextFields()) replace(headers, name, undefined)
  if (traceparent === undefined) return undefined
  const { traceId, spanId, flags } = traceparent
  return { context: { traceId, spanId, traceFlags: flags, isRemote: true } }
}

function replace(headers: IncomingHttpHeaders, name: string, value: string | undefined): void {
  if (value !== undefined) headers[name] = value
  else if (name in headers) delete headers[name]
}
