// Makes the spans: samplers and processors are the SDK's, what is in between is ours, because the SDK's own spans cost
// most of what telemetry costs a request (docs/cost.md).
import {
  type Context,
  context,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  SamplingDecision,
  type Span,
  SpanKind,
  type SpanOptions,
  TraceFlags,
  type Tracer,
  type TracerOptions,
  type TracerProvider,
  trace,
} from '@opentelemetry/api'
import { type InstrumentationScope, isTracingSuppressed } from '@opentelemetry/core'
import type { Resource } from '@opentelemetry/resources'
import type { Sampler, SpanLimits, SpanProcessor } from '@opentelemetry/sdk-trace'
import { randomIds } from './random-ids.ts'
import { RecordedSpan, type SpanSurroundings } from './recorded-span.ts'

export interface TracerProviderSettings {
  readonly resource: Resource
  readonly sampler: Sampler
  readonly spanLimits: SpanLimits
  readonly spanProcessors: readonly SpanProcessor[]
}

export interface EndingTracerProvider extends TracerProvider {
  forceFlush(): Promise<void>
  shutdown(): Promise<void>
}

/** As the specification has them. */
const defaultCountLimit = 128

export function createTracerProvider(settings: TracerProviderSettings): EndingTracerProvider {
  const { resource, sampler, spanLimits, spanProcessors } = settings
  const surroundings: SpanSurroundings = {
    resource,
    limits: {
      attributeCountLimit: spanLimits.attributeCountLimit ?? defaultCountLimit,
      attributeValueLengthLimit: spanLimits.attributeValueLengthLimit ?? Number.POSITIVE_INFINITY,
      eventCountLimit: spanLimits.eventCountLimit ?? defaultCountLimit,
      linkCountLimit: spanLimits.linkCountLimit ?? defaultCountLimit,
      attributePerEventCountLimit: spanLimits.attributePerEventCountLimit ?? defaultCountLimit,
      attributePerLinkCountLimit: spanLimits.attributePerLinkCountLimit ?? defaultCountLimit,
    },
    processor: allOf(spanProcessors),
  }
  const tracers = new Map<string, Tracer>()
  return {
    getTracer(name: string, version?: string, options?: TracerOptions) {
      const schemaUrl = options?.schemaUrl
      const key = version || schemaUrl ? `${name} ${version ?? ''} ${schemaUrl ?? ''}` : name
      const known = tracers.get(key)
      if (known) return known
      const tracer = new RecordingTracer({ name, version, schemaUrl }, sampler, surroundings)
      tracers.set(key, tracer)
      return tracer
    },
    async forceFlush() {
      await Promise.all(spanProcessors.map((processor) => processor.forceFlush()))
    },
    async shutdown() {
      await Promise.all(spanProcessors.map((processor) => processor.shutdown()))
    },
  }
}

function allOf(processors: readonly SpanProcessor[]): SpanSurroundings['processor'] {
  return {
    onStart(span, parent) {
      for (const processor of processors) processor.onStart(span, parent)
    },
    onEnding(span) {
      for (const processor of processors) processor.onEnding?.(span)
    },
    onEnd(span) {
      for (const processor of processors) processor.onEnd(span)
    },
  }
}

class RecordingTracer implements Tracer {
  readonly #scope: InstrumentationScope
  readonly #sampler: Sampler
  readonly #surroundings: SpanSurroundings

  constructor(scope: InstrumentationScope, sampler: Sampler, surroundings: SpanSurroundings) {
    this.#scope = scope
    this.#sampler = sampler
    this.#surroundings = surroundings
  }

  startSpan(name: string, options: SpanOptions = {}, given: Context = context.active()): Span {
    if (isTracingSuppressed(given)) return trace.wrapSpanContext(INVALID_SPAN_CONTEXT)
    const { kind = SpanKind.INTERNAL, attributes = {}, links = [], startTime } = options
    const parent = options.root ? trace.deleteSpan(given) : given
    const parentSpanContext = usableParent(trace.getSpan(parent))
    const traceId = parentSpanContext?.traceId ?? randomIds.generateTraceId()
    const sampled = this.#sampler.shouldSample(parent, traceId, name, kind, attributes, links)
    const isSampled = sampled.decision === SamplingDecision.RECORD_AND_SAMPLED
    const spanContext = {
      traceId,
      spanId: randomIds.generateSpanId(),
      traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
      traceState: sampled.traceState ?? parentSpanContext?.traceState,
    }
    if (sampled.decision === SamplingDecision.NOT_RECORD) return trace.wrapSpanContext(spanContext)

    const span = new RecordedSpan(this.#surroundings, this.#scope, {
      name,
      kind,
      spanContext,
      parentSpanContext,
      links,
      startTime,
      attributes: sampled.attributes ? { ...attributes, ...sampled.attributes } : attributes,
    })
    this.#surroundings.processor.onStart(span, parent)
    return span
  }

  /** The function comes last, after as many of options and context as one likes. */
  startActiveSpan(name: string, ...rest: unknown[]): never {
    const fn = rest.pop() as (span: Span) => never
    const [options, given = context.active()] = rest as [SpanOptions?, Context?]
    const span = this.startSpan(name, options, given)
    return context.with(trace.setSpan(given, span), fn, undefined, span)
  }
}

/** One of our own needs no look at its ids. */
function usableParent(parent: Span | undefined) {
  const spanContext = parent?.spanContext()
  if (!spanContext) return undefined
  return parent instanceof RecordedSpan || isSpanContextValid(spanContext) ? spanContext : undefined
}
