// The standard metrics of an SDK's exporting, `otel.sdk.*`, out of what queue and ledger know anyway.
import type { Attributes, Meter } from '@opentelemetry/api'
import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions'
import type { ExportQueue } from './export-queue.ts'
import type { Ledger, Sums } from './ledger.ts'
import { sdkComponent, sdkMetrics } from './sdk-metrics.ts'

export interface ExportComponents {
  readonly signal: 'span' | 'log'
  readonly unit: string
  /** As in `otlp_http_span_exporter`. */
  readonly exporterType: string
  readonly url: string
  readonly queue: Pick<ExportQueue<never>, 'size' | 'capacity'>
  readonly ledger: Pick<Ledger, 'processedSums' | 'exportedSums'>
}

export function observeExport(meter: Meter, components: ExportComponents): void {
  const { signal, unit, exporterType, url, queue, ledger } = components
  const names = sdkMetrics[signal]
  const processor = component(
    signal === 'span' ? 'batching_span_processor' : 'batching_log_processor',
  )
  const exporter = { ...component(exporterType), ...describeServer(url) }

  const processed = meter.createObservableCounter(names.processed, {
    unit,
    description: 'What left the queue: without error.type for the exporter, with one it is lost',
  })
  const exported = meter.createObservableCounter(names.exported, {
    unit,
    description: 'What the exporter is done with: without error.type delivered, with one lost',
  })
  const size = meter.createObservableUpDownCounter(names.queueSize, {
    unit,
    description: 'What waits in the queue, the batch in flight included',
  })
  const capacity = meter.createObservableUpDownCounter(names.queueCapacity, {
    unit,
    description: 'The most that may wait in the queue',
  })
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
  return { [sdkComponent.type]: type, [sdkComponent.name]: `${type}/0` }
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
