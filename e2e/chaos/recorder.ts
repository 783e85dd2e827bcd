// Takes everything that the processes say of themselves, stands outside of what is killed, and keeps what is checked.
import {
  decodeOtlp,
  type KeyValue,
  type OtlpMetric,
  type OtlpSpan,
  startOtlpServer,
} from '@throughline/trace-testing/receiver'

export interface RecordedSpan {
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  /** Its parent may be a span of another process. */
  readonly isRemote: boolean
  /** Of the process that has sent it. */
  readonly life: string
}

export interface RecordedTrace {
  readonly spans: RecordedSpan[]
  /** Input and output of all calls to a model, as those say who called. */
  tokens: number
  /** The same, as the model server says. */
  servedTokens: number
  /** When the last span came. */
  lastAt: number
}

export interface Recorder {
  readonly traces: ReadonlyMap<string, RecordedTrace>
  /** What a counter says now, over all lives that have told, by the values of one attribute. */
  counted(metric: string, attribute: string): ReadonlyMap<string, number>
  readonly refusals: readonly string[]
  variables(life: string): Readonly<Record<string, string>>
  stop(): Promise<void>
}

export const metricIntervalMs = 500
export const spanDelayMs = 200
const usageKeys = ['gen_ai.usage.input_tokens', 'gen_ai.usage.output_tokens']
/** SERVER, CONSUMER, and a PRODUCER that acts for a request long gone. */
const remoteKinds = [2, 4, 5]

export async function startRecorder(): Promise<Recorder> {
  const traces = new Map<string, RecordedTrace>()
  /** By life, metric and attributes: each life counts from zero, and its last word is its sum. */
  const counters = new Map<
    string,
    { readonly metric: string; readonly attributes: readonly KeyValue[]; value: number }
  >()
  const refusals: string[] = []

  const server = await startOtlpServer(
    (request) => {
      const { resourceSpans = [], resourceMetrics = [] } = decodeOtlp(request)
      for (const { resource, scopeSpans = [] } of resourceSpans) {
        const life = attributeOf(resource?.attributes, 'service.instance.id')
        for (const { spans = [] } of scopeSpans) for (const span of spans) keepSpan(life, span)
      }
      for (const { resource, scopeMetrics = [] } of resourceMetrics) {
        const life = attributeOf(resource?.attributes, 'service.instance.id')
        for (const { metrics = [] } of scopeMetrics)
          for (const one of metrics) keepMetric(life, one)
      }
    },
    { onRefusal: (reason) => refusals.push(reason) },
  )

  function keepSpan(life: string, span: OtlpSpan): void {
    const trace = traces.get(span.traceId) ?? { spans: [], tokens: 0, servedTokens: 0, lastAt: 0 }
    traces.set(span.traceId, trace)
    trace.lastAt = Date.now()
    const { spanId, parentSpanId, name = '', kind = 0, attributes } = span
    const isRemote = remoteKinds.includes(kind)
    trace.spans.push({ spanId, parentSpanId: parentSpanId || undefined, name, isRemote, life })
    const tokens = usageKeys.reduce(
      (sum, key) => sum + Number(attributeOf(attributes, key) || 0),
      0,
    )
    if (name.startsWith('chat ')) trace.tokens += tokens
    if (life.startsWith('model-server')) trace.servedTokens += tokens
  }

  function keepMetric(life: string, { name, sum }: OtlpMetric): void {
    if (!name.startsWith('throughline.')) return
    for (const { attributes = [], asInt, asDouble } of sum?.dataPoints ?? []) {
      const value = Number(asInt ?? asDouble ?? 0)
      counters.set(JSON.stringify([life, name, attributes]), { metric: name, attributes, value })
    }
  }

  return {
    traces,
    refusals,
    counted(metric, attribute) {
      const sums = new Map<string, number>()
      for (const counter of counters.values()) {
        if (counter.metric !== metric) continue
        const by = attributeOf(counter.attributes, attribute)
        sums.set(by, (sums.get(by) ?? 0) + counter.value)
      }
      return sums
    },
    variables: (life) => ({
      OTEL_EXPORTER_OTLP_ENDPOINT: server.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_RESOURCE_ATTRIBUTES: `service.instance.id=${life}`,
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_METRIC_EXPORT_INTERVAL: `${metricIntervalMs}`,
      OTEL_METRIC_EXPORT_TIMEOUT: `${metricIntervalMs}`,
      OTEL_BSP_SCHEDULE_DELAY: `${spanDelayMs}`,
      OTEL_BSP_MAX_QUEUE_SIZE: '65536',
    }),
    stop: server.stop,
  }
}

function attributeOf(attributes: readonly KeyValue[] = [], key: string): string {
  const value = attributes.find((each) => each.key === key)?.value
  return String(value === undefined ? '' : Object.values(value)[0])
}
