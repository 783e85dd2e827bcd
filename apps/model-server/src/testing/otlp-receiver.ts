// Takes in OTLP as JSON over HTTP and keeps it: what a process really sends.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

type Value = Readonly<Record<string, unknown>>

export interface ReceivedSpan {
  readonly name: string
  readonly kind: number
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly { readonly key: string; readonly value: Value }[]
  readonly events: readonly { readonly name: string }[]
  readonly status: { readonly code?: number }
}

export interface ReceivedLog {
  readonly traceId?: string
  readonly spanId?: string
  readonly body: { readonly stringValue?: string }
}

export interface OtlpReceiver {
  readonly url: string
  readonly spans: ReceivedSpan[]
  readonly logs: ReceivedLog[]
  readonly metricNames: Set<string>
  /** Every body, as it came. */
  readonly raw: string[]
  readonly close: () => void
}

interface Body {
  readonly resourceSpans?: readonly { scopeSpans: readonly { spans: ReceivedSpan[] }[] }[]
  readonly resourceLogs?: readonly { scopeLogs: readonly { logRecords: ReceivedLog[] }[] }[]
  readonly resourceMetrics?: readonly { scopeMetrics: readonly { metrics: { name: string }[] }[] }[]
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = []
  const logs: ReceivedLog[] = []
  const metricNames = new Set<string>()
  const raw: string[] = []
  const server = createServer(async (request, response) => {
    const json = await text(request)
    raw.push(json)
    const body = JSON.parse(json) as Body
    for (const { scopeSpans } of body.resourceSpans ?? []) {
      spans.push(...scopeSpans.flatMap((scope) => scope.spans))
    }
    for (const { scopeLogs } of body.resourceLogs ?? []) {
      logs.push(...scopeLogs.flatMap((scope) => scope.logRecords))
    }
    for (const { scopeMetrics } of body.resourceMetrics ?? []) {
      for (const { name } of scopeMetrics.flatMap((scope) => scope.metrics)) metricNames.add(name)
    }
    response.setHeader('content-type', 'application/json').end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${port}`, spans, logs, metricNames, raw, close }
}
