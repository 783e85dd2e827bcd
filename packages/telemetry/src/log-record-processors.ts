// Where log records go, as OTEL_LOGS_EXPORTER says.
import {
  ConsoleLogRecordExporter,
  type LogRecordProcessor,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs'
import { createOtlpExport } from './export/otlp-export.ts'
import { logSignal } from './export/otlp-signal.ts'
import { createQueuedLogProcessor } from './export/queued-processors.ts'
import { exporterNames } from './exporter-names.ts'

export function createLogRecordProcessors(env: NodeJS.ProcessEnv): Promise<LogRecordProcessor[]> {
  return Promise.all(
    exporterNames(env.OTEL_LOGS_EXPORTER).map(async (name) =>
      name === 'console'
        ? new SimpleLogRecordProcessor({ exporter: new ConsoleLogRecordExporter() })
        : createQueuedLogProcessor(await createOtlpExport(logSignal, env)),
    ),
  )
}
