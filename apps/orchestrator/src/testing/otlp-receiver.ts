// Takes OTLP in as JSON and keeps it as the traces that `@throughline/trace-testing` can draw.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import type { AttributeValue, Trace, TraceLog, TraceSpan } from '@throughline/trace-testing'

export interface OtlpReceiver extends AsyncDisposable {
  readonly url: string
  readonly spans: (TraceSpan & { readonly traceId: string })[]
  readonly logs: (TraceLog & { readonly traceId: string })[]
  readonly metrics: Set<string>
  trace(traceId: string): Trace
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const server = createServer(async (request, response) => {
    const body = (await json(request)) as OtlpRequest
    for (const resource of body.resourceSpans ?? []) receiver.spans.push(...readSpans(resource))
    for (const resource of body.resourceLogs ?? []) receiver.logs.push(...readLogs(resource))
    for (const { scopeMetrics } of body.resourceMetrics ?? []) {
      for (const { name } of scopeMetrics.flatMap(({ metrics }) => metrics)) {
        receiver.metrics.add(name)
      }
    }
    response.setHeader('content-type', 'application/json').end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const receiver: OtlpReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: [],
    logs: [],
    metrics: new Set(),
    trace: (traceId) => ({
      traceId,
      spans: receiver.spans.filter((span) => span.traceId === traceId),
      logs: receiver.logs.filter((log) => log.traceId === traceId),
    }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return receiver
}

const kinds = ['INTERNAL', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const
const statuses = ['UNSET', 'OK', 'ERROR'] as const

function readSpans({ resource, scopeSpans }: ResourceSpans): OtlpReceiver['spans'] {
  const service = String(plain(resource.attributes)['service.name'])
  return scopeSpans.flatMap(({ spans }) =>
    spans.map((span) => ({
      ...{ traceId: span.traceId, spanId: span.spanId, name: span.name, service },
      ...(span.parentSpanId && { parentSpanId: span.parentSpanId }),
      kind: kinds[span.kind] ?? 'INTERNAL',
      status: statuses[span.status.code ?? 0] ?? 'UNSET',
      startNanos: BigInt(span.startTimeUnixNano),
      endNanos: BigInt(span.endTimeUnixNano),
      attributes: plain(span.attributes),
      events: (span.events ?? []).map(({ name, attributes }) => ({
        name,
        attributes: plain(attributes),
      })),
      links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId, spanId })),
    })),
  )
}

function readLogs({ resource, scopeLogs }: ResourceLogs): OtlpReceiver['logs'] {
  const service = String(plain(resource.attributes)['service.name'])
  return scopeLogs.flatMap(({ logRecords }) =>
    logRecords.map((record) => ({
      ...{ traceId: record.traceId ?? '', spanId: record.spanId ?? '', service },
      timeNanos: BigInt(record.timeUnixNano),
      severity: record.severityText ?? '',
      body: String(record.body?.stringValue),
      attributes: plain(record.attributes),
    })),
  )
}

function plain(attributes: readonly KeyValue[] = []): Record<string, AttributeValue> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, Object.values(value)[0] ?? null]),
  )
}

interface KeyValue {
  readonly key: string
  readonly value: Record<string, AttributeValue>
}

interface Resource {
  readonly attributes: KeyValue[]
}

interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly status: { readonly code?: number }
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes?: KeyValue[]
  readonly events?: { readonly name: string; readonly attributes?: KeyValue[] }[]
  readonly links?: { readonly traceId: string; readonly spanId: string }[]
}

interface OtlpLog {
  readonly traceId?: string
  readonly spanId?: string
  readonly timeUnixNano: string
  readonly severityText?: string
  readonly body?: { readonly stringValue?: string }
  readonly attributes?: KeyValue[]
}

interface ResourceSpans {
  readonly resource: Resource
  readonly scopeSpans: { readonly spans: OtlpSpan[] }[]
}

interface ResourceLogs {
  readonly resource: Resource
  readonly scopeLogs: { readonly logRecords: OtlpLog[] }[]
}

interface OtlpRequest {
  readonly resourceSpans?: ResourceSpans[]
  readonly resourceLogs?: ResourceLogs[]
  readonly resourceMetrics?: { readonly scopeMetrics: { readonly metrics: { name: string }[] }[] }[]
}
