// Traces out of Jaeger 2: `GET /api/v3/traces/{id}`, which is OTLP as JSON. Jaeger does not know when a trace is
// complete, never holds its answer, and keeps no logs.
import { readOtlpAttributes } from './otlp-attributes.ts'
import {
  type Fields,
  getJson,
  list,
  optionalString,
  readAs,
  record,
  string,
  unexpected,
} from './read-json.ts'
import type { SpanKind, SpanStatus, TraceSpan } from './trace.ts'
import type { TraceAnswer, TraceSource } from './trace-source.ts'

export interface JaegerOptions {
  /** For example http://127.0.0.1:16686 */
  readonly baseUrl: string
  readonly fetch?: typeof fetch
}

export function jaegerSource({ baseUrl, fetch = globalThis.fetch }: JaegerOptions): TraceSource {
  return {
    async getTrace(traceId, { signal }) {
      const url = new URL(`/api/v3/traces/${encodeURIComponent(traceId)}`, baseUrl)
      const json = await getJson(url, { fetch, signal })
      return json === undefined ? undefined : readJaegerTrace(traceId, json)
    },
  }
}

export function readJaegerTrace(traceId: string, json: unknown): TraceAnswer {
  return readAs('Jaeger', () => {
    const { resourceSpans } = record(record(json, 'the answer').result, 'result')
    const spans = list(resourceSpans ?? [], 'resourceSpans').flatMap(readResourceSpans)
    return { trace: { traceId, spans, logs: [] }, losses: [] }
  })
}

function readResourceSpans(value: unknown, index: number): TraceSpan[] {
  const path = `resourceSpans[${index}]`
  const { resource, scopeSpans } = record(value, path)
  const { attributes } = record(resource ?? {}, `${path}.resource`)
  const { 'service.name': service } = readOtlpAttributes(attributes, `${path}.resource.attributes`)
  return list(scopeSpans ?? [], `${path}.scopeSpans`).flatMap((each, scope) => {
    const scopePath = `${path}.scopeSpans[${scope}]`
    return list(record(each, scopePath).spans ?? [], `${scopePath}.spans`).map((span, at) =>
      readSpan(record(span, `${scopePath}.spans[${at}]`), `${scopePath}.spans[${at}]`, service),
    )
  })
}

function readSpan(span: Fields, path: string, service: unknown): TraceSpan {
  const { code } = record(span.status ?? {}, `${path}.status`)
  return {
    spanId: string(span.spanId, `${path}.spanId`),
    // An empty id is how protobuf's JSON may write none.
    parentSpanId: optionalString(span.parentSpanId, `${path}.parentSpanId`) || undefined,
    name: string(span.name, `${path}.name`),
    kind: byNumber(kinds, span.kind, `${path}.kind`),
    service: string(service, `the resource's service.name of ${path}`),
    status: byNumber(statuses, code, `${path}.status.code`),
    startNanos: nanos(span.startTimeUnixNano, `${path}.startTimeUnixNano`),
    endNanos: nanos(span.endTimeUnixNano, `${path}.endTimeUnixNano`),
    attributes: readOtlpAttributes(span.attributes, `${path}.attributes`),
    events: list(span.events ?? [], `${path}.events`).map((each) => {
      const { name, attributes } = record(each, `${path}.events[]`)
      return {
        name: string(name, `${path}.events[].name`),
        attributes: readOtlpAttributes(attributes, `${path}.events[].attributes`),
      }
    }),
    links: list(span.links ?? [], `${path}.links`).map((each) => {
      const { traceId, spanId } = record(each, `${path}.links[]`)
      return {
        traceId: string(traceId, `${path}.links[].traceId`),
        spanId: string(spanId, `${path}.links[].spanId`),
      }
    }),
  }
}

/** By their numbers in OTLP, which takes an unspecified kind for INTERNAL. */
const kinds = ['INTERNAL', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const
const statuses = ['UNSET', 'OK', 'ERROR'] as const

function byNumber<Value extends SpanKind | SpanStatus>(
  values: readonly Value[],
  value: unknown,
  path: string,
): Value {
  // Absent means zero, as everywhere in protobuf's JSON.
  const found = values[Number(value ?? 0)]
  return found ?? unexpected(`a number below ${values.length}`, value, path)
}

function nanos(value: unknown, path: string): bigint {
  const text = string(value, path)
  return /^\d+$/.test(text) ? BigInt(text) : unexpected('nanoseconds as text', value, path)
}
