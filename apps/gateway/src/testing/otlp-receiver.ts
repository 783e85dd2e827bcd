// Where a process under test sends its telemetry: OTLP over HTTP as JSON, kept as it comes.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

export interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly links?: { readonly traceId: string; readonly spanId: string }[]
  readonly status?: { readonly code?: number }
}

interface TracesRequest {
  readonly resourceSpans?: { readonly scopeSpans: { readonly spans: OtlpSpan[] }[] }[]
}

export interface OtlpReceiver {
  readonly url: string
  readonly spans: OtlpSpan[]
  stop(): void
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: OtlpSpan[] = []
  const server = createServer(async (request, response) => {
    const { resourceSpans = [] } = (await json(request)) as TracesRequest
    spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((one) => one.spans)))
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const stop = () => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${port}`, spans, stop }
}
