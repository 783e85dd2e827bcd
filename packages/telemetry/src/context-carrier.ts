// Trace context as two strings: what a row, a job or a message keeps, so that work done later joins its trace.
import {
  type Context,
  context,
  isSpanContextValid,
  type Link,
  propagation,
  trace,
} from '@opentelemetry/api'
import { rootContext } from './context/flat-context.ts'

export interface ContextCarrier {
  readonly traceparent?: string
  readonly baggage?: string
}

export function carrierOfActiveContext(): ContextCarrier {
  const carrier: { traceparent?: string; baggage?: string } = {}
  propagation.inject(context.active(), carrier)
  const { traceparent, baggage } = carrier
  return { ...(traceparent && { traceparent }), ...(baggage && { baggage }) }
}

export function activeTraceparent(): string | undefined {
  return carrierOfActiveContext().traceparent
}

/** On the root context: what was stored counts, not what happens to be active where it is read. */
export function contextFrom({ traceparent, baggage }: ContextCarrier): Context {
  return propagation.extract(rootContext, { traceparent, baggage })
}

/** A link to the span that a stored `traceparent` names; nothing when it names none. */
export function linkTo(traceparent: string | undefined): Link | undefined {
  if (!traceparent) return undefined
  const spanContext = trace.getSpanContext(contextFrom({ traceparent }))
  return spanContext && isSpanContextValid(spanContext) ? { context: spanContext } : undefined
}

export function baggageValue(key: string): string | undefined {
  return propagation.getActiveBaggage()?.getEntry(key)?.value
}
