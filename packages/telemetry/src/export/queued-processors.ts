// The queue as the SDK's interfaces want it, for spans and for log records.
import { TraceFlags } from '@opentelemetry/api'
import type { LogRecordProcessor, ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace'
import type { OtlpExport } from './otlp-export.ts'

export function createQueuedSpanProcessor({
  queue,
  observe,
}: OtlpExport<ReadableSpan>): SpanProcessor {
  const observeOnce = once(observe)
  return {
    onStart() {},
    onEnd(span) {
      if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return
      observeOnce()
      queue.offer(span)
    },
    forceFlush: queue.flush,
    shutdown: queue.shutdown,
  }
}

export function createQueuedLogProcessor({
  queue,
  observe,
}: OtlpExport<ReadableLogRecord>): LogRecordProcessor {
  const observeOnce = once(observe)
  return {
    onEmit(record) {
      observeOnce()
      queue.offer(record)
    },
    forceFlush: queue.flush,
    shutdown: queue.shutdown,
  }
}

function once(fn: () => void): () => void {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    fn()
  }
}
