// A backend inside the test: takes OTLP over HTTP and keeps it. What a process really sends can so be asserted
// where no collector and no backend runs.
import { decodeOtlp, type OtlpRequest, startOtlpServer } from './otlp-server.ts'
import { type ReceivedLog, type ReceivedSpan, readOtlp } from './read-otlp.ts'
import type { Attributes, Trace } from './trace.ts'
import type { TraceSource } from './trace-source.ts'

export { type MetricPoint, metricPointsOf } from './metric-points.ts'
export type * from './otlp.ts'
export { decodeOtlp, type OtlpRequest, type OtlpServer, startOtlpServer } from './otlp-server.ts'
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
  /** Everything, unpacked and otherwise as it came: to assert what is in none of it. */
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

  const take = async (request: OtlpRequest): Promise<void> => {
    const { path, body } = request
    requests.push({ path, body: body.toString() })
    if (hang) await new Promise(() => undefined)
    const content = readOtlp(decodeOtlp(request))
    spans.push(...content.spans)
    logs.push(...content.logs)
    for (const name of content.metricNames) metricNames.add(name)
    for (const resource of content.resources) resources.set(JSON.stringify(resource), resource)
  }
  const { url, stop } = await startOtlpServer(take, {
    onRefusal: (reason) => refusals.push(reason),
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
      const losses = refusals.map((refusal) => `The receiver refused ${refusal}`)
      const found = trace(traceId)
      if (found.spans.length > 0) return { trace: found, losses }
      if (losses.length > 0) throw new Error(losses.join('; '))
      return undefined
    },
    [Symbol.asyncDispose]: stop,
  }
}

const batchDelayMs = '50'
