// Whatever ran in a process that was killed was requeued: by what core has in its rows, right after the kill and in the
// end, and by what the workers have counted.
import type { Injected } from '../inject.ts'
import type { Life } from '../supervise.ts'
import { checkReasons, type ReasonCounts } from './requeue-reasons.ts'
import { shown } from './tasks.ts'

export interface AttemptRow {
  readonly taskId: string
  readonly attempt: number
  readonly workerId: string
  readonly outcome: 'completed' | 'failed' | 'released' | 'abandoned' | 'cancelled'
  readonly errorCode: string | null
  readonly fromMs: number
  readonly toMs: number
}

export const attemptRows = `
  SELECT task_id AS "taskId", attempt, worker_id AS "workerId", outcome::text,
    error_code AS "errorCode",
    extract(epoch FROM started_at)::float8 * 1000 AS "fromMs",
    extract(epoch FROM ended_at)::float8 * 1000 AS "toMs"
  FROM task_attempts ORDER BY task_id, attempt`

export interface RequeueFacts {
  readonly attempts: readonly AttemptRow[]
  readonly injected: readonly Injected[]
  readonly lives: readonly Life[]
  /** `throughline.requeues`, by reason. */
  readonly counted: ReadonlyMap<string, number>
  readonly leaseMs: number
}

export interface RequeueCounts extends ReasonCounts {
  readonly hits: number
  readonly hitsLost: number
  readonly lostByItself: number
}

/** A report that was on its way when its worker was killed is applied within core's deadline. */
const inFlightMs = 5_000

export function checkRequeues(facts: RequeueFacts): { problems: string[]; counts: RequeueCounts } {
  const hits = checkHits(facts)
  const reasons = checkReasons(facts)
  return {
    problems: [...hits.problems, ...reasons.problems],
    counts: { ...hits.counts, ...reasons.counts, lostByItself: lostByItself(facts) },
  }
}

/** Whatever was running in a process that was killed is lost, but for a report on its way. */
function checkHits({ attempts, injected }: RequeueFacts) {
  const byKey = new Map(attempts.map((row) => [keyOf(row), row]))
  const problems: string[] = []
  let hits = 0
  let hitsLost = 0
  for (const { hit, life, text, toMs } of injected) {
    const rows = hit.flatMap((key) => byKey.get(key) ?? [])
    hits += hit.length
    hitsLost += rows.filter(({ outcome }) => outcome === 'abandoned').length
    const odd = rows.filter(
      ({ outcome, toMs: endedMs }) =>
        outcome !== 'abandoned' && outcome !== 'cancelled' && endedMs > toMs + inFlightMs,
    )
    if (odd.length > 0) problems.push(`the dead report nothing: after "${text}" ${shown(odd)}`)
    if (!isWorkerKill(text)) continue
    const unseen = attempts.filter(
      (row) =>
        row.workerId === life &&
        row.outcome === 'abandoned' &&
        !hit.includes(keyOf(row)) &&
        row.toMs > toMs,
    )
    const late = unseen.filter(({ fromMs }) => fromMs < toMs - inFlightMs)
    if (late.length > 0)
      problems.push(`a kill hits what runs: "${text}" did not see ${shown(late)}`)
  }
  return { problems, counts: { hits, hitsLost } }
}

function isWorkerKill(text: string): boolean {
  return text.startsWith('kill worker')
}

/** A lease that nobody took: a machine that is too slow for it is one more fault, and no broken promise. */
function lostByItself({ attempts, injected, lives, leaseMs }: RequeueFacts): number {
  const killedAt = new Map(lives.map(({ id, killedAt: at }) => [id, at]))
  const afterMs = 3 * leaseMs + inFlightMs
  return attempts.filter((row) => {
    const wasKilled = (killedAt.get(row.workerId) ?? Number.POSITIVE_INFINITY) <= row.toMs
    if (row.outcome !== 'abandoned' || wasKilled) return false
    return !injected.some(({ fromMs, toMs }) => fromMs < row.toMs && toMs + afterMs > row.fromMs)
  }).length
}

function keyOf({ taskId, attempt }: AttemptRow): string {
  return `${taskId} ${attempt}`
}
