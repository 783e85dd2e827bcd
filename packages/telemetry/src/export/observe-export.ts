// The standard metrics of an SDK's exporting, `otel.sdk.*`, out of what queue and ledger know anyway.
import type { Attributes, Meter } from '@opentelemetry/api'
import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions'
import type { MetricDefinition } from '../instruments.ts'
import { metrics } from '../metric-definitions.ts'
import { conventions } from '../names.ts'
import type { ExportQueue } from './export-queue.ts'
import type { Ledger, Sums } from './ledger.ts'

export interface ExportComponents {
  readonly signal: 'span' | 'log'
  /** As in `otlp_http_span_exporter`. */
  readonly exporterType: string
  readonly url: string
  readonly queue: Pick<ExportQueue<never>, 'size' | 'capacity'>
  readonly ledger: Pick<Ledger, 'processedSums' | 'exportedSums'>
}

const definitions = {
  span: {
    processed: metrics.otelSdkProcessorSpanProcessed,
    exported: metrics.otelSdkExporterSpanExported,
    queueSize: metrics.otelSdkProcessorSpanQueueSize,
    queueCapacity: metrics.otelSdkProcessorSpanQueueCapacity,
  },
  log: {
    processed: metrics.otelSdkProcessorLogProcessed,
    exported: metrics.otelSdkExporterLogExported,
    queueSize: metrics.otelSdkProcessorLogQueueSize,
    queueCapacity: metrics.otelSdkProcessorLogQueueCapacity,
  },
}

export function observeExport(meter: Meter, components: ExportComponents): void {
  const { signal, exporterType, url, queue, ledger } = components
  const measured = definitions[signal]
  const processor = component(
    signal === 'span' ? 'batching_span_processor' : 'batching_log_processor',
  )
  const exporter = { ...component(exporterType), ...describeServer(url) }

  const counter = ({ name, ...rest }: MetricDefinition) => meter.createObservableCounter(name, rest)
  const upDownCounter = ({ name, ...rest }: MetricDefinition) =>
    meter.createObservableUpDownCounter(name, rest)
  const processed = counter(measured.processed)
  const exported = counter(measured.exported)
  const size = upDownCounter(measured.queueSize)
  const capacity = upDownCounter(measured.queueCapacity)
  meter.addBatchObservableCallback(
    (result) => {
      for (const { sum, error } of read(ledger.processedSums)) {
        result.observe(processed, sum, { ...processor, ...error })
      }
      for (const { sum, error } of read(ledger.exportedSums)) {
        result.observe(exported, sum, { ...exporter, ...error })
      }
      result.observe(size, queue.size, processor)
      result.observe(capacity, queue.capacity, processor)
    },
    [processed, exported, size, capacity],
  )
}

function component(type: string): Attributes {
  return { [conventions.otelComponentType]: type, [conventions.otelComponentName]: `${type}/0` }
}

function describeServer(url: string): Attributes {
  const { hostname, port, protocol } = new URL(url.includes('://') ? url : `http://${url}`)
  const defaultPort = protocol === 'https:' ? 443 : 80
  return { 'server.address': hostname, 'server.port': Number(port || defaultPort) }
}

function* read(sums: Sums): Iterable<{ sum: number; error: Attributes }> {
  for (const [errorType, sum] of sums) {
    yield { sum, error: errorType ? { [ATTR_ERROR_TYPE]: errorType } : {} }
  }
}
