// For questions asked again and again on behalf of one request: they belong to its trace, but none of
// them is worth a span. Unlike suppressed tracing, the decision travels along, so core records none either.
import { context, TraceFlags, trace } from '@opentelemetry/api'

export function withoutSampling<T>(ask: () => T): T {
  const span = trace.getActiveSpan()?.spanContext()
  if (span === undefined) return ask()
  const unsampled = { ...span, traceFlags: TraceFlags.NONE }
  return context.with(trace.setSpanContext(context.active(), unsampled), ask)
}
