// Whether the logs of a trace belong to it: each names a span of it, and each line that a process printed arrived once.
import type { Trace } from './trace.ts'

/** One line that a process wrote to its output. */
export interface LogLine {
  readonly service: string
  readonly traceId?: string
  readonly spanId?: string
  readonly body: string
}

/** Reads JSON lines with `trace_id`, `span_id` and `msg`, as pino writes them. Any other line is its own body. */
export function readLogLines(service: string, output: string): LogLine[] {
  return output
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => ({ service, ...readLine(line) }))
}

function readLine(line: string): Omit<LogLine, 'service'> {
  try {
    const record: unknown = JSON.parse(line)
    if (typeof record === 'object' && record !== null) {
      const { trace_id, span_id, msg } = record as Record<string, unknown>
      return { traceId: text(trace_id), spanId: text(span_id), body: text(msg) ?? line }
    }
  } catch {
    // A line that is no JSON is a line without a trace.
  }
  return { body: line }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/**
 * One sentence a problem, none when all is well. With `printed`, every one of those lines must carry the trace's id,
 * and the records of the trace must be exactly those lines.
 */
export function findLogProblems(trace: Trace, printed?: readonly LogLine[]): string[] {
  const spanIds = new Set(trace.spans.map(({ spanId }) => spanId))
  const problems: string[] = []
  for (const { service, spanId, body } of trace.logs) {
    if (!spanIds.has(spanId ?? '')) {
      problems.push(`${service} logged "${body}" under ${spanId || 'no span'}, which is not in it`)
    }
  }
  if (printed === undefined) return problems
  const unseen = countBy(trace.logs)
  for (const line of printed) {
    const key = keyOf(line)
    if (line.traceId !== trace.traceId) {
      const found = line.traceId === undefined ? 'no trace id' : 'the id of another trace'
      problems.push(`${line.service} printed "${line.body}" with ${found}`)
    } else if (unseen.get(key)) {
      unseen.set(key, (unseen.get(key) ?? 0) - 1)
    } else {
      problems.push(`${line.service} printed "${line.body}", and no record of it arrived`)
    }
  }
  for (const [key, count] of unseen) {
    const [service, , body] = key.split('\0')
    if (count > 0) problems.push(`${service}: ${count} × "${body}" arrived and was never printed`)
  }
  return problems
}

function countBy(logs: Trace['logs']): Map<string, number> {
  const counts = new Map<string, number>()
  for (const log of logs) counts.set(keyOf(log), (counts.get(keyOf(log)) ?? 0) + 1)
  return counts
}

function keyOf({ service, spanId, body }: Pick<LogLine, 'service' | 'spanId' | 'body'>): string {
  return [service, spanId, body].join('\0')
}
