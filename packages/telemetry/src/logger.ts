// The one logger: JSON lines on standard output. Inside a span, instrumentation adds trace_id and span_id to each
// line and sends the record by OTLP as well, once.
import { type LogFn, type Logger, pino, stdTimeFunctions } from 'pino'
import { describeError, wordsOf } from './describe-error.ts'

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
    hooks: {
      logMethod(args, log) {
        if (args[1] === undefined) addWords(args)
        log.apply(this, args)
      },
    },
  })
}

/** To an error without a text: pino would make its whole message the line's, past the serializer. */
function addWords(args: Parameters<LogFn>): void {
  const facts = args[0] as { err?: unknown; msg?: unknown } | null | undefined
  if (facts instanceof Error) args[1] = wordsOf(facts)
  else if (facts?.err && facts.msg === undefined) args[1] = wordsOf(facts.err)
}
