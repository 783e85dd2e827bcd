// What failed looks like on a span: status ERROR and one word. The message stays out, because nobody knows what is in
// it; whoever handles the error logs it.
import { type Span, SpanStatusCode } from '@opentelemetry/api'
import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions'

export function markFailed(span: Span, err: unknown): void {
  span.setAttribute(ATTR_ERROR_TYPE, errorType(err))
  span.setStatus({ code: SpanStatusCode.ERROR })
}

/** From a small set, for grouping: the error's own code, or else the name of its class. */
export function errorType(err: unknown): string {
  if (!(err instanceof Error)) return '_OTHER'
  const code = 'code' in err ? err.code : undefined
  return typeof code === 'string' ? code : err.name
}
