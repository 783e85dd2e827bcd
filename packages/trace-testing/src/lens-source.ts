// Traces out of lens: `GET /api/traces/{id}?wait=complete`. States the part of the answer that it needs and checks it.
import {
  type Fields,
  getJson,
  list,
  number,
  oneOf,
  optionalString,
  readAs,
  record,
  string,
} from './read-json.ts'
import type { Attributes, AttributeValue, Trace, TraceLog, TraceSpan } from './trace.ts'
import { spanKinds, spanStatuses } from './trace.ts'
import type { TraceAnswer, TraceSource } from './trace-source.ts'

export interface LensOptions {
  /** For example http://127.0.0.1:8090 */
  readonly baseUrl: string
  readonly fetch?: typeof fetch
}

export function lensSource({ baseUrl, fetch = globalThis.fetch }: LensOptions): TraceSource {
  return {
    async getTrace(traceId, { waitMs, callers, signal }) {
      const url = new URL(`/api/traces/${encodeURIComponent(traceId)}`, baseUrl)
      const [caller, ...others] = callers
      // Lens knows of one caller at most; for the parents of others it would wait in vain.
      if (waitMs > 0 && others.length === 0) {
        url.searchParams.set('wait', 'complete')
        url.searchParams.set('timeout', `${Math.ceil(waitMs)}ms`)
        if (caller !== undefined) url.searchParams.set('parent', caller)
      }
      const json = await getJson(url, { fetch, signal })
      return json === undefined ? undefined : readLensTrace(json)
    },
  }
}

export function readLensTrace(json: unknown): TraceAnswer {
  return readAs('lens', () => readAnswer(record(json, 'the answer')))
}

function readAnswer(body: Fields): TraceAnswer {
  const startNanos = BigInt(string(body.startTimeUnixNano, 'startTimeUnixNano'))
  const trace: Trace = {
    traceId: string(body.traceId, 'traceId'),
    spans: list(body.spans, 'spans').map((each, index) =>
      readSpan(each, `spans[${index}]`, startNanos),
    ),
    logs: list(body.logs, 'logs').map((each, index) => readLog(each, `logs[${index}]`, startNanos)),
  }
  return { trace, losses: readLosses(body) }
}

function readLosses(body: Fields): string[] {
  const dropped = number(body.droppedSpans, 'droppedSpans')
  const reasons = list(body.reasons, 'reasons').map((each) => record(each, 'reasons[]').code)
  return [
    ...(dropped > 0 ? [`lens had no room for ${dropped} spans`] : []),
    ...(reasons.includes('evicted-in-part') ? ['lens threw out an older part of it'] : []),
  ]
}

function readSpan(value: unknown, path: string, originNanos: bigint): TraceSpan {
  const span = record(value, path)
  const startNanos = originNanos + nanos(span.startNs, `${path}.startNs`)
  const status = record(span.status, `${path}.status`)
  return {
    spanId: string(span.spanId, `${path}.spanId`),
    parentSpanId: optionalString(span.parentSpanId, `${path}.parentSpanId`),
    name: string(span.name, `${path}.name`),
    // OTLP: an unspecified kind is to be taken for INTERNAL.
    kind: span.kind === 'UNSPECIFIED' ? 'INTERNAL' : oneOf(spanKinds, span.kind, `${path}.kind`),
    service: string(span.service, `${path}.service`),
    status: oneOf(spanStatuses, status.code, `${path}.status.code`),
    startNanos,
    endNanos: startNanos + nanos(span.durationNs, `${path}.durationNs`),
    attributes: attributes(span.attributes, `${path}.attributes`),
    events: list(span.events, `${path}.events`).map((each) => {
      const event = record(each, `${path}.events[]`)
      return {
        name: string(event.name, `${path}.events[].name`),
        attributes: attributes(event.attributes, `${path}.events[].attributes`),
      }
    }),
    links: list(span.links, `${path}.links`).map((each) => {
      const link = record(each, `${path}.links[]`)
      return {
        traceId: string(link.traceId, `${path}.links[].traceId`),
        spanId: string(link.spanId, `${path}.links[].spanId`),
      }
    }),
  }
}

function readLog(value: unknown, path: string, originNanos: bigint): TraceLog {
  const log = record(value, path)
  return {
    spanId: optionalString(log.spanId, `${path}.spanId`),
    service: string(log.service, `${path}.service`),
    timeNanos: originNanos + nanos(log.timeNs, `${path}.timeNs`),
    severity: string(log.severity, `${path}.severity`),
    body: typeof log.body === 'string' ? log.body : JSON.stringify(log.body),
    attributes: attributes(log.attributes, `${path}.attributes`),
  }
}

function nanos(value: unknown, path: string): bigint {
  return BigInt(Math.round(number(value, path)))
}

/** JSON that came over HTTP holds nothing that `AttributeValue` does not. */
function attributes(value: unknown, path: string): Attributes {
  return record(value, path) as Readonly<Record<string, AttributeValue>>
}
