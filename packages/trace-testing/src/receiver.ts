// A backend inside the test: takes OTLP over HTTP as JSON and keeps it. What a process really sends can so be asserted
// where no collector and no backend runs.
import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type ReceivedLog, type ReceivedSpan, readOtlp } from './read-otlp.ts'
import type { Attributes, Trace } from './trace.ts'
import type { TraceSource } from './trace-source.ts'

export type { ReceivedLog, ReceivedSpan }

export interface ReceivedRequest {
  readonly path: string
  readonly body: string
}

export interface ReceiverOptions {
  /** Takes every request and answers none, like a backend that is stuck. */
  readonly hang?: boolean
}

export interface Receiver extends TraceSource, AsyncDisposable {
  readonly url: string
  /** The SDK's standard variables that make a process send here, as JSON and soon. */
  readonly env: Readonly<Record<string, string>>
  /** Every span and every log record, in order of arrival. */
  readonly spans: readonly ReceivedSpan[]
  readonly logs: readonly ReceivedLog[]
  /** All of which a span has come, in order of arrival. */
  readonly traces: readonly Trace[]
  /** As far as it has come; without a span when nothing has. */
  trace(traceId: string): Trace
  readonly metricNames: ReadonlySet<string>
  /** Every sender once. */
  readonly resources: readonly Attributes[]
  /** Everything, as it came: to assert what is in none of it. */
  readonly requests: readonly ReceivedRequest[]
  stop(): Promise<void>
}

export async function startReceiver({ hang = false }: ReceiverOptions = {}): Promise<Receiver> {
  const spans: ReceivedSpan[] = []
  const logs: ReceivedLog[] = []
  const metricNames = new Set<string>()
  const resources = new Map<string, Attributes>()
  const requests: ReceivedRequest[] = []
  const refusals: string[] = []

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request)
    requests.push({ path: request.url ?? '', body })
    if (hang) return
    try {
      expectJson(request)
      const content = readOtlp(body)
      spans.push(...content.spans)
      logs.push(...content.logs)
      for (const name of content.metricNames) metricNames.add(name)
      for (const resource of content.resources) resources.set(JSON.stringify(resource), resource)
      response.setHeader('content-type', 'application/json').end('{}')
    } catch (err) {
      refusals.push(`${request.method} ${request.url}: ${(err as Error).message}`)
      response.writeHead(400).end(refusals.at(-1))
    }
  }
  // A sender that is killed within its request is gone: nobody waits for an answer.
  const { url, stop } = await listen((request, response) => {
    take(request, response).catch(() => response.destroy())
  })
  const trace = (traceId: string): Trace => ({
    traceId,
    spans: spans.filter((span) => span.traceId === traceId),
    logs: logs.filter((log) => log.traceId === traceId),
  })
  return {
    url,
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: batchDelayMs,
      OTEL_BLRP_SCHEDULE_DELAY: batchDelayMs,
    },
    ...{ spans, logs, metricNames, requests, trace, stop },
    get traces() {
      return [...new Set(spans.map(({ traceId }) => traceId))].map(trace)
    },
    get resources() {
      return [...resources.values()]
    },
    async getTrace(traceId) {
      if (refusals.length > 0) throw new Error(`The receiver refused ${refusals.join('; ')}`)
      const found = trace(traceId)
      return found.spans.length === 0 ? undefined : { trace: found, losses: [] }
    },
    [Symbol.asyncDispose]: stop,
  }
}

const batchDelayMs = '50'

async function listen(take: RequestListener): Promise<Pick<Receiver, 'url' | 'stop'>> {
  const server = createServer(take)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function expectJson({ headers }: IncomingMessage): void {
  const { 'content-type': type = 'no type', 'content-encoding': encoding = 'identity' } = headers
  if (!type.startsWith('application/json')) {
    throw new Error(`${type} is no JSON; set OTEL_EXPORTER_OTLP_PROTOCOL=http/json`)
  }
  if (encoding !== 'identity') {
    throw new Error(`${encoding} is not undone here; unset OTEL_EXPORTER_OTLP_COMPRESSION`)
  }
}
