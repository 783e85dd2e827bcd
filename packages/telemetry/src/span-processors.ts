// Where spans go, as OTEL_TRACES_EXPORTER says. Only what it names is loaded.
import type { SpanProcessor } from '@opentelemetry/sdk-trace'
import { createOtlpExport } from './export/otlp-export.ts'
import { spanSignal } from './export/otlp-signal.ts'
import { createQueuedSpanProcessor } from './export/queued-processors.ts'
import { exporterNames } from './exporter-names.ts'
import { wordlessSpans } from './wordless-spans.ts'

export async function createSpanProcessors(env: NodeJS.ProcessEnv): Promise<SpanProcessor[]> {
  const names = exporterNames(env.OTEL_TRACES_EXPORTER)
  const exporting = names.map((name) => (name === 'console' ? printing() : sending(env)))
  // In the order in which they hear of a span's end. Without any that exports, no span is made.
  return exporting.length > 0 ? [wordlessSpans, ...(await Promise.all(exporting))] : []
}

async function printing(): Promise<SpanProcessor> {
  const { TracePrinter } = await import('./console-tree/trace-printer.ts')
  const { paintFor } = await import('./console-tree/paint.ts')
  const { stderr } = process
  return new TracePrinter({ write: (text) => stderr.write(text), paint: paintFor(stderr) })
}

async function sending(env: NodeJS.ProcessEnv): Promise<SpanProcessor> {
  return createQueuedSpanProcessor(await createOtlpExport(spanSignal, env))
}
