// The one logger: JSON lines on standard output. Inside a span, instrumentation adds trace_id and span_id to each
// line and sends the record by OTLP as well, once.
import { type Logger, pino, stdTimeFunctions } from 'pino'
import { describeError } from './describe-error.ts'

export interface LoggerSettings {
  readonly name: string
  readonly level: string
}

export function createLogger({ name, level }: LoggerSettings): Logger {
  return pino({
    level,
    // Process and host are facts of the resource, not of each line.
    base: { name },
    timestamp: stdTimeFunctions.isoTime,
    serializers: { err: (err) => describeError(err) },
    formatters: { level: (label) => ({ level: label }) },
  })
}
