// One round of dispatching: fairly between tenants, and only as many tasks as may run soon; the others wait in Postgres.
// They are chosen, marked and sent in one transaction. A crash between sending and its commit sends jobs again, which
// changes nothing, because a job's id is its task's.
import type { Database } from '../database.ts'
import { recordSent } from '../metrics.ts'
import { type ChosenTask, chooseTasks, maxChosen, putBack } from './choose-tasks.ts'
import type { RateLimits } from './rate-limits.ts'
import type { NewJob, TaskQueue } from './task-queue.ts'

export interface Dispatched {
  readonly sent: number
  /** There are places left for tasks that were not looked at. */
  readonly more: boolean
  /** There are tasks that a free place would let go. */
  readonly othersWait: boolean
}

export function dispatch(
  database: Database,
  queue: TaskQueue,
  limits: RateLimits,
  window: number,
): Promise<Dispatched> {
  return database.reserved.transaction(async (transaction) => {
    const heldBack = limits.heldBack()
    const { chosen, othersWait } = await chooseTasks(transaction, { window, heldBack })
    if (chosen.length === 0) return { sent: 0, more: false, othersWait }
    const { granted, refused } = await limits.take(chosen)
    if (refused.length > 0) await putBack(transaction, refused)
    if (granted.length > 0) await queue.add(granted.map(toJob))
    for (const { waitingSince } of granted) recordSent(waitingSince)
    const more = refused.length > 0 || chosen.length === maxChosen
    return { sent: granted.length, more, othersWait }
  })
}

function toJob({ taskId, tenantId, type, turn, ...task }: ChosenTask): NewJob {
  const { maxFailures, traceparent, baggage } = task
  return {
    payload: { taskId, tenantId, taskType: type },
    priority: turn,
    attempts: maxFailures,
    carrier: { traceparent: traceparent ?? undefined, baggage: baggage ?? undefined },
  }
}
