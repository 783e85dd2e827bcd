// How BullMQ takes part in telemetry: its own adapter for spans, with two rules of ours about where a job belongs, and
// our meter, which has seconds.
import { type Context, context, createContextKey, propagation } from '@opentelemetry/api'
import { contextFrom } from '@throughline/telemetry'
import { createQueueMeter } from '@throughline/telemetry/bullmq'
import type { ContextManager, Telemetry } from 'bullmq'
import { BullMQOtel } from 'bullmq-otel'
import { z } from 'zod'

const metadataKey = createContextKey('throughline job metadata')

const metadataSchema = z.object({
  traceparent: z.string().optional(),
  baggage: z.string().optional(),
})

export function createQueueTelemetry(): Telemetry<Context> {
  const { tracer } = new BullMQOtel({ tracerName: 'bullmq' })
  return { tracer, meter: createQueueMeter(), contextManager }
}

const contextManager: ContextManager<Context> = {
  active: () => context.active(),
  with: (active, fn) => context.with(active, fn),

  /** A job belongs to the trace it was sent from, and to nothing that is active where it is taken. */
  fromMetadata(_, metadata) {
    return contextFrom(parseMetadata(metadata)).setValue(metadataKey, metadata)
  },

  /** A job that is tried again stays a child of its producer; attempts are siblings, joined by links. */
  getMetadata(active) {
    const original = active.getValue(metadataKey)
    if (typeof original === 'string') return original
    const carrier = {}
    propagation.inject(active, carrier)
    return JSON.stringify(carrier)
  },
}

/** Unreadable metadata begins a trace of its own; throwing here would stop the worker's loop. */
function parseMetadata(metadata: string): z.infer<typeof metadataSchema> {
  try {
    return metadataSchema.safeParse(JSON.parse(metadata)).data ?? {}
  } catch {
    return {}
  }
}
