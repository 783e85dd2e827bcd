// The OTLP exporter of metrics, loaded with the first export: it is a minute away, and a start is not to wait for it.
import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import {
  AggregationTemporality,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics'

export class LateMetricExporter implements PushMetricExporter {
  readonly #load: () => Promise<PushMetricExporter>
  #exporter: Promise<PushMetricExporter> | undefined

  constructor(load: () => Promise<PushMetricExporter>) {
    this.#load = load
  }

  export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    this.#exporter ??= this.#load()
    this.#exporter.then(
      (exporter) => exporter.export(metrics, done),
      (error: Error) => done({ code: ExportResultCode.FAILED, error }),
    )
  }

  /** What the exporter itself would say, unless told otherwise; asked before it is there. */
  selectAggregationTemporality(): AggregationTemporality {
    return AggregationTemporality.CUMULATIVE
  }

  async forceFlush(): Promise<void> {
    await (await this.#exporter)?.forceFlush()
  }

  async shutdown(): Promise<void> {
    await (await this.#exporter)?.shutdown()
  }
}
