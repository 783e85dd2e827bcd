// Prisma's operations, with the SQL below them left to the pg instrumentation, and none outside of a trace.
import { context, type Tracer, type TracerProvider, trace } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import { PrismaInstrumentation } from '@prisma/instrumentation'

export function createPrismaInstrumentation(): PrismaInstrumentation {
  return new PrismaBelowParents({
    ignoreSpanTypes: [
      'prisma:client:serialize',
      'prisma:client:compile',
      'prisma:client:connect',
      // The same query as pg records, which knows more of it.
      'prisma:client:db_query',
    ],
  })
}

/** What `requireParentSpan` is to pg: Prisma has no such setting. */
class PrismaBelowParents extends PrismaInstrumentation {
  override setTracerProvider(provider: TracerProvider): void {
    // Prisma asks for it before each of its spans, and always for the same.
    let tracer: Tracer | undefined
    super.setTracerProvider({
      getTracer: (...scope) => (tracer ??= childSpansOnly(provider.getTracer(...scope))),
    })
  }
}

function childSpansOnly(tracer: Tracer): Tracer {
  const inTrace = () => {
    const active = context.active()
    return trace.getSpan(active) ? active : suppressTracing(active)
  }
  const startActiveSpan = tracer.startActiveSpan as (...args: unknown[]) => never
  return {
    startSpan: (name, options, parent) => tracer.startSpan(name, options, parent ?? inTrace()),
    startActiveSpan: (...args: unknown[]) =>
      context.with(inTrace(), startActiveSpan, tracer, ...args),
  }
}
