// A place for a process under test to export its spans to, by OTLP as JSON.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

export interface ReceivedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly status: { readonly code?: number }
}

interface ExportRequest {
  readonly resourceSpans: { readonly scopeSpans: { readonly spans: ReceivedSpan[] }[] }[]
}

const kinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER']
const errorCode = 2

export async function startTraceReceiver() {
  const spans: ReceivedSpan[] = []
  const server = createServer(async (request, response) => {
    const { resourceSpans } = (await json(request)) as ExportRequest
    spans.push(...resourceSpans.flatMap((one) => one.scopeSpans.flatMap((scope) => scope.spans)))
    response.setHeader('content-type', 'application/json').end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    traceIds: () => new Set(spans.map(({ traceId }) => traceId)),
    /** One line a span, children indented below their parents, in the order in which they started. */
    tree: (traceId: string, rootParentId: string) =>
      childrenOf(
        spans.filter((span) => span.traceId === traceId),
        rootParentId,
        '',
      ),
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function childrenOf(spans: readonly ReceivedSpan[], parentId: string, indent: string): string[] {
  return spans
    .filter(({ parentSpanId = '' }) => parentSpanId === parentId)
    .sort((a, b) => (BigInt(a.startTimeUnixNano) < BigInt(b.startTimeUnixNano) ? -1 : 1))
    .flatMap(({ name, kind, status, spanId }) => [
      `${indent}${name} ${kinds[kind]}${status.code === errorCode ? ' ERROR' : ''}`,
      ...childrenOf(spans, spanId, `${indent}  `),
    ])
}
