// The PRODUCER span of each job, as BullMQ itself makes it when jobs are added one by one: below the request that asked
// for the job, and carried by it to the worker. BullMQ's own `addBulk` has one span for them all.
import { SpanKind } from '@opentelemetry/api'
import { type ContextCarrier, contextFrom } from '@throughline/telemetry'
import { TelemetryAttributes } from 'bullmq'
import { BullMQOtel } from 'bullmq-otel'

export interface ProducerSpan {
  /** For the job's options. */
  readonly metadata: string
  readonly end: (err?: Error) => void
}

const operation = 'add'

export function createProducerSpans(queueName: string) {
  const { tracer, contextManager } = new BullMQOtel({ tracerName: 'bullmq' })

  return (jobName: string, jobId: string, carrier: ContextCarrier): ProducerSpan => {
    const request = contextFrom(carrier)
    const name = `${operation} ${queueName}.${jobName}`
    const span = tracer.startSpan(name, { kind: SpanKind.PRODUCER }, request)
    span.setAttributes({
      [TelemetryAttributes.QueueName]: queueName,
      [TelemetryAttributes.QueueOperation]: operation,
      [TelemetryAttributes.JobName]: jobName,
      [TelemetryAttributes.JobId]: jobId,
    })
    return {
      metadata: contextManager.getMetadata(span.setSpanOnContext(request)),
      end(err) {
        if (err) span.recordException(err)
        span.end()
      },
    }
  }
}
