// The spans we make ourselves, and the spans we do not want.
import { randomBytes } from 'node:crypto'
import {
  type Attributes,
  context,
  type Link,
  type Span,
  type SpanKind,
  TraceFlags,
  trace,
} from '@opentelemetry/api'
import { markFailed } from './span-failure.ts'

export interface SpanSettings {
  readonly links?: readonly (Link | undefined)[]
  readonly kind?: SpanKind
}

/** Runs `fn` inside a span. What it throws marks the span as failed and goes on to the caller. */
export function withSpan<Result>(
  name: string,
  attributes: Attributes,
  fn: (span: Span) => Result | Promise<Result>,
  { links = [], kind }: SpanSettings = {},
): Promise<Result> {
  // Asked for at each call: a tracer is cheap to look up, and a cached one would survive its provider in tests.
  const tracer = trace.getTracer('throughline')
  const present = links.filter((link) => link !== undefined)
  return tracer.startActiveSpan(name, { attributes, links: present, kind }, async (span) => {
    try {
      return await fn(span)
    } catch (err) {
      markFailed(span, err)
      throw err
    } finally {
      span.end()
    }
  })
}

/**
 * Runs `fn` without recording anything below it: polls, progress events, health checks. The trace goes on, marked as
 * not sampled, so that log lines keep their trace id and other processes that `fn` calls record nothing either.
 * Any sampler that respects its parent's decision does; the default one is such. Outside of a trace one is made up,
 * which nobody can look up: what is worth a log line there is logged by the caller of this.
 */
export function withoutTracing<Result>(fn: () => Result): Result {
  const active = context.active()
  const spanContext = trace.getSpanContext(active) ?? {
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
  }
  const unsampled = { ...spanContext, traceFlags: TraceFlags.NONE }
  return context.with(trace.setSpanContext(active, unsampled), fn)
}
