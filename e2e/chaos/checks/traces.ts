// A span whose parent never came is what a kill leaves: the parent was in the process that died. Without such a kill
// there is none.
import type { RecordedTrace } from '../recorder.ts'
import type { Life } from '../supervise.ts'
import { shown } from './tasks.ts'

export interface TracedTask {
  readonly taskId: string
  readonly traceId: string
  readonly fromMs: number
  readonly toMs: number
  readonly tokens: number
  readonly state: string
}

/** Spans are sent some time after they end. */
const graceMs = 2_000

export function checkTraces(
  tasks: readonly TracedTask[],
  traces: ReadonlyMap<string, RecordedTrace>,
  lives: readonly Life[],
): { readonly problems: string[]; readonly orphans: number; readonly whole: number } {
  const killed = lives.flatMap(({ id, killedAt }) =>
    killedAt === undefined ? [] : [{ id, killedAt }],
  )
  const killedIds = new Set(killed.map(({ id }) => id))
  const problems: string[] = []
  let orphans = 0
  let whole = 0
  for (const task of tasks) {
    const trace = traces.get(task.traceId)
    const isTouched = killed.some(
      ({ killedAt }) => killedAt > task.fromMs && killedAt < task.toMs + graceMs,
    )
    if (trace === undefined) {
      if (!isTouched) problems.push(`a finished task has a trace: not ${task.taskId}`)
      continue
    }
    const ids = new Set(trace.spans.map(({ spanId }) => spanId))
    const lost = trace.spans.filter(({ parentSpanId }) => parentSpanId && !ids.has(parentSpanId))
    orphans += lost.length
    if (lost.length === 0) whole += 1
    // Such a parent may have been in whatever process was killed; any other was in the same one.
    const unexplained = lost.filter(({ life, isRemote }) =>
      isRemote ? !isTouched : !killedIds.has(life),
    )
    if (unexplained.length > 0) {
      problems.push(`no span is an orphan: of task ${task.taskId} ${shown(unexplained)}`)
    }
    if (!isTouched && task.state === 'completed' && trace.tokens !== task.tokens) {
      problems.push(
        `what is charged was used: task ${task.taskId} ${task.tokens}, its calls ${trace.tokens}`,
      )
    }
  }
  return { problems, orphans, whole }
}

/** Of tasks that an attempt has been made at: all its spans are in one trace. */
export const tracedTasks = `
  SELECT id AS "taskId", split_part(traceparent, '-', 2) AS "traceId", state::text,
    extract(epoch FROM created_at)::float8 * 1000 AS "fromMs",
    extract(epoch FROM tasks.ended_at)::float8 * 1000 AS "toMs",
    (tasks.input_tokens + tasks.output_tokens)::int AS tokens
  FROM tasks JOIN task_attempts AS first ON task_id = id AND first.attempt = 1
  WHERE traceparent IS NOT NULL`
