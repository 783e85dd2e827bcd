// A span whose parent never came is what a kill leaves: the parent was in the process that died. Without such a kill
// there is none.
import type { RecordedSpan, RecordedTrace } from '../recorder.ts'
import type { Life } from '../supervise.ts'
import { shown } from './tasks.ts'

export interface TracedTask {
  readonly taskId: string
  readonly traceId: string
  readonly fromMs: number
  /** When its first attempt began: no model was asked before. */
  readonly startedMs: number
  readonly toMs: number
  readonly tokens: number
  readonly state: string
}

/** Spans are sent some time after they end. */
const graceMs = 2_000
/** Postgres carries out what it was sent by a process that has been killed since. */
const underWayMs = 1_000

export interface TraceCheck {
  readonly problems: string[]
  readonly orphans: number
  readonly whole: number
  /** Tasks that were charged, and for no more than the model server says that it did for them. */
  readonly costsCompared: number
  /** Tasks that were charged while a model server was killed: what it did may not be known. */
  readonly costsForgiven: number
}

export function checkTraces(
  tasks: readonly TracedTask[],
  traces: ReadonlyMap<string, RecordedTrace>,
  lives: readonly Life[],
): TraceCheck {
  const problems: string[] = []
  let orphans = 0
  let whole = 0
  let costsCompared = 0
  let costsForgiven = 0
  const killedWithin = (fromMs: number, toMs: number, process = '') =>
    lives.some(
      ({ id, killedAt = 0 }) =>
        killedAt > fromMs && killedAt < toMs + graceMs && id.startsWith(process),
    )
  for (const task of tasks) {
    const { taskId, fromMs, toMs, tokens } = task
    const trace = traces.get(task.traceId)
    const isTouched = killedWithin(fromMs, toMs)
    if (trace === undefined) {
      if (!isTouched) problems.push(`a finished task has a trace: not ${taskId}`)
      continue
    }
    const ids = new Set(trace.spans.map(({ spanId }) => spanId))
    const lost = trace.spans.filter(({ parentSpanId }) => parentSpanId && !ids.has(parentSpanId))
    orphans += lost.length
    if (lost.length === 0) whole += 1
    const unexplained = lost.filter((span) =>
      span.isRemote
        ? !killedWithin(fromMs - underWayMs, trace.lastAt, processOfParent(span))
        : !lives.some(({ id, killedAt }) => id === span.life && killedAt !== undefined),
    )
    if (unexplained.length > 0) {
      problems.push(`no span is an orphan: of task ${taskId} ${shown(unexplained)}`)
    }
    if (tokens > 0) {
      if (killedWithin(task.startedMs, toMs, 'model-server')) costsForgiven += 1
      else {
        costsCompared += 1
        if (tokens > trace.servedTokens) problems.push(overcharged(task, trace))
      }
    }
    if (isTouched || task.state !== 'completed') continue
    if (trace.tokens !== tokens) {
      problems.push(`what is charged was used: task ${taskId} ${tokens}, its calls ${trace.tokens}`)
    }
  }
  return { problems, orphans, whole, costsCompared, costsForgiven }
}

/** Whatever was killed in between: what is done twice is served twice, what is charged twice is not. */
function overcharged({ taskId, tokens }: TracedTask, { servedTokens }: RecordedTrace): string {
  return `nothing is charged twice: task ${taskId} ${tokens}, the model server ${servedTokens}`
}

/** Core sends what workers take; workers call core and the model server. */
function processOfParent({ life, name }: RecordedSpan): string {
  return life.startsWith('worker') || name.startsWith('add ') ? 'core' : 'worker'
}

/** Of tasks that an attempt has been made at: all its spans are in one trace. */
export const tracedTasks = `
  SELECT id AS "taskId", split_part(traceparent, '-', 2) AS "traceId", state::text,
    extract(epoch FROM created_at)::float8 * 1000 AS "fromMs",
    extract(epoch FROM first.started_at)::float8 * 1000 AS "startedMs",
    extract(epoch FROM tasks.ended_at)::float8 * 1000 AS "toMs",
    (tasks.input_tokens + tasks.output_tokens)::int AS tokens
  FROM tasks JOIN task_attempts AS first ON task_id = id AND first.attempt = 1
  WHERE traceparent IS NOT NULL`
