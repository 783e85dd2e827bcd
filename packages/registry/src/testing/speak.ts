// A process that speaks through the SDK: real spans, metrics and log records, as bytes of OTLP over HTTP.
import type { LogRecord, Meter, Tracer } from '@opentelemetry/api'
import {
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'

export interface Voice {
  readonly tracer: Tracer
  readonly meter: Meter
  log(severity: string, message: string, attributes?: Record<string, string | number>): void
  tell(eventName: string, attributes: LogRecord['attributes']): void
}

export interface Speaker {
  readonly service?: string
  readonly scope?: string
  /** More attributes of the resource. */
  readonly resource?: Record<string, string>
}

/** Resolves when everything that was said has arrived. */
export async function speak(
  url: string,
  say: (voice: Voice) => void,
  { service = 'shop', scope = 'shop-code', resource: more = {} }: Speaker = {},
): Promise<void> {
  const resource = resourceFromAttributes({ 'service.name': service, ...more })
  const spans = new InMemorySpanExporter()
  const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const logs = new InMemoryLogRecordExporter()
  const tracers = new TracerProvider({
    resource,
    spanProcessors: [new SimpleSpanProcessor({ exporter: spans })],
  })
  const meters = new MeterProvider({
    resource,
    readers: [new PeriodicExportingMetricReader({ exporter: metrics })],
  })
  const loggers = new LoggerProvider({
    resource,
    processors: [new SimpleLogRecordProcessor({ exporter: logs })],
  })

  const logger = loggers.getLogger(scope)
  say({
    tracer: tracers.getTracer(scope),
    meter: meters.getMeter(scope),
    log: (severityText, body, attributes) => logger.emit({ severityText, body, attributes }),
    tell: (eventName, attributes) => logger.emit({ eventName, attributes }),
  })
  await Promise.all([tracers.forceFlush(), meters.forceFlush(), loggers.forceFlush()])

  const send = async (signal: string, body: Uint8Array | undefined) => {
    const headers = { 'content-type': 'application/x-protobuf' }
    const init = { method: 'POST', headers, body: Buffer.from(body ?? []) }
    const response = await fetch(`${url}/v1/${signal}`, init)
    if (!response.ok) throw new Error(`${signal} were refused: ${await response.text()}`)
  }
  await send('traces', ProtobufTraceSerializer.serializeRequest(spans.getFinishedSpans()))
  await send('logs', ProtobufLogsSerializer.serializeRequest(logs.getFinishedLogRecords()))
  for (const each of metrics.getMetrics()) {
    await send('metrics', ProtobufMetricsSerializer.serializeRequest(each))
  }
  await Promise.all([tracers.shutdown(), meters.shutdown(), loggers.shutdown()])
}
