// W3C Trace Context, Level 2, between processes. The SDK's own propagator neither sets nor passes on the flag
// `random-trace-id`, writes three digits for flags above 0f, and sends an empty tracestate.
import {
  type Context,
  createContextKey,
  createTraceState,
  isSpanContextValid,
  type TextMapGetter,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api'
import { isTracingSuppressed } from '@opentelemetry/core'
import {
  formatTraceparent,
  parseTraceparent,
  randomTraceIdFlag,
  sampledFlag,
} from './traceparent.ts'
import { usableTracestate } from './tracestate.ts'

/** Set where a trace was continued that did not claim a random id. The SDK's own ids are random. */
const notRandomKey = createContextKey('throughline trace id not known to be random')

export const traceContextPropagator: TextMapPropagator = {
  inject(active, carrier, setter) {
    if (isTracingSuppressed(active)) return
    const traceparent = traceparentOf(active)
    if (traceparent === undefined) return
    setter.set(carrier, 'traceparent', traceparent)
    const tracestate = trace.getSpanContext(active)?.traceState?.serialize()
    if (tracestate) setter.set(carrier, 'tracestate', tracestate)
  },

  extract(active, carrier, getter) {
    const traceparent = parseTraceparent(headerOf(carrier, getter, 'traceparent'))
    if (traceparent === undefined) return active
    const { traceId, spanId, flags } = traceparent
    const tracestate = usableTracestate(headerOf(carrier, getter, 'tracestate'))
    const continued = trace.setSpanContext(active, {
      ...{ traceId, spanId, traceFlags: flags, isRemote: true },
      ...(tracestate !== undefined && { traceState: createTraceState(tracestate) }),
    })
    return flags & randomTraceIdFlag ? continued : continued.setValue(notRandomKey, true)
  },

  fields: () => ['traceparent', 'tracestate'],
}

/** The context's span as a header, `traceparent` or `traceresponse`; nothing outside of a trace. */
export function traceparentOf(active: Context): string | undefined {
  const span = trace.getSpanContext(active)
  if (span === undefined || !isSpanContextValid(span)) return undefined
  const { traceId, spanId, traceFlags } = span
  const random = active.getValue(notRandomKey) === true ? 0 : randomTraceIdFlag
  return formatTraceparent({ traceId, spanId, flags: (traceFlags & sampledFlag) | random })
}

/** Some carriers keep every value of a name: HTTP says to read them as one list. */
function headerOf<Carrier>(carrier: Carrier, getter: TextMapGetter<Carrier>, name: string) {
  const value = getter.get(carrier, name)
  return Array.isArray(value) ? value.join(',') : value
}
