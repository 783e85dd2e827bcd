// Semantic conventions for what an SDK says of its own exporting: "Development", as of version 1.45.

export const sdkMetrics = {
  span: {
    processed: 'otel.sdk.processor.span.processed',
    queueSize: 'otel.sdk.processor.span.queue.size',
    queueCapacity: 'otel.sdk.processor.span.queue.capacity',
    exported: 'otel.sdk.exporter.span.exported',
  },
  log: {
    processed: 'otel.sdk.processor.log.processed',
    queueSize: 'otel.sdk.processor.log.queue.size',
    queueCapacity: 'otel.sdk.processor.log.queue.capacity',
    exported: 'otel.sdk.exporter.log.exported',
  },
} as const

/** Which of possibly several processors or exporters speaks. */
export const sdkComponent = {
  type: 'otel.component.type',
  name: 'otel.component.name',
} as const
