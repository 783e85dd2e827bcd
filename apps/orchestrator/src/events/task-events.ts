// Progress of tasks, for whoever watches them: a bounded Redis stream each, written for all tasks of the process at once.
// Never traced, never waited for by a task, never the reason that one fails.
import {
  type TaskEvent,
  taskEventField,
  taskEventsKey,
  taskEventsLifetimeSeconds,
  taskEventsMaxLength,
} from '@throughline/contracts'
import { withoutTracing } from '@throughline/telemetry'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { Lease } from '../leases/lease.ts'
import { appendScript } from './append-script.ts'

/** What arrives within this time travels together, and the tokens of a node as one event. */
const windowMs = 10
const batchSize = 500
/** Some seconds of a busy worker, for when Redis is slow. */
const pendingLimit = 20_000

export interface TaskEvents {
  publish(event: TaskEvent): void
}

export interface TaskEventWriter {
  /** An attempt that has lost its lease publishes nothing more. */
  open(lease: Lease): TaskEvents
  /** Resolves when everything published is written or given up. */
  flush(): Promise<void>
}

interface Entry {
  readonly lease: Lease
  event: TaskEvent
  /** On its way; it does not change any more. */
  taken: boolean
}

export function createTaskEventWriter(redis: Redis, logger: Logger): TaskEventWriter {
  let pending: Entry[] = []
  let lost = 0
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined

  function open(lease: Lease): TaskEvents {
    let last: Entry | undefined
    return {
      publish(event) {
        if (!lease.isHeld()) return
        if (last !== undefined && joined(last, event)) return
        if (pending.length >= pendingLimit) {
          lost += 1
          return
        }
        last = { lease, event, taken: false }
        pending.push(last)
        timer ??= setTimeout(() => void flush(), windowMs)
      },
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    writing ??= writePending().finally(() => {
      writing = undefined
    })
    return writing
  }

  /** One write at a time keeps the order; what arrives meanwhile goes with the next. */
  async function writePending(): Promise<void> {
    while (pending.length > 0) {
      const batch = pending.slice(0, batchSize)
      pending = pending.slice(batchSize)
      for (const entry of batch) entry.taken = true
      try {
        // Time has passed since they were published, perhaps the time of a whole lease.
        await withoutTracing(() => append(redis, batch.filter(isWritable)))
      } catch (err) {
        logger.warn({ err, lost: batch.length }, 'task events not written')
      }
    }
    if (lost > 0) logger.warn({ lost }, 'task events not written')
    lost = 0
  }

  return { open, flush }
}

const isWritable = ({ lease }: Entry): boolean => lease.isHeld()

/** Whether the event has become part of the one before it: tokens of one node do. */
function joined(last: Entry, event: TaskEvent): boolean {
  if (last.taken || event.type !== 'token' || last.event.type !== 'token') return false
  if (last.event.node !== event.node) return false
  last.event = { ...event, text: last.event.text + event.text }
  return true
}

async function append(redis: Redis, entries: readonly Entry[]): Promise<void> {
  if (entries.length === 0) return
  const streams = Map.groupBy(entries, ({ lease }) => taskEventsKey(lease.taskId))
  const values = [...streams.values()].flatMap((events) => [
    events.length,
    ...events.map(({ event }) => JSON.stringify(event)),
  ])
  const settings = [taskEventField, taskEventsMaxLength, taskEventsLifetimeSeconds]
  await redis.eval(appendScript, streams.size, ...streams.keys(), ...settings, ...values)
}
