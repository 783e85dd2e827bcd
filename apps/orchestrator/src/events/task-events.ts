// Progress of one task, for whoever watches it: a bounded Redis stream. Never traced, never the reason a task fails.
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

/** Tokens that arrive within this time travel as one event. */
const tokenWindowMs = 20

export interface TaskEvents {
  publish(event: TaskEvent): void
  /** Resolves when everything published is written or given up. */
  flush(): Promise<void>
}

export function openTaskEvents(redis: Redis, taskId: string, logger: Logger): TaskEvents {
  // Bounded without a limit of its own: tokens merge, and a task has few events of other kinds.
  const pending: TaskEvent[] = []
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined

  function publish(event: TaskEvent): void {
    const last = pending.at(-1)
    if (event.type === 'token' && last?.type === 'token' && last.node === event.node) {
      pending[pending.length - 1] = { ...last, text: last.text + event.text }
    } else {
      pending.push(event)
    }
    if (event.type !== 'token') void flush()
    else timer ??= setTimeout(() => void flush(), tokenWindowMs)
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    writing ??= write().finally(() => {
      writing = undefined
    })
    return writing
  }

  /** One write at a time keeps the order; what arrives meanwhile goes with the next. */
  async function write(): Promise<void> {
    while (pending.length > 0) {
      const batch = pending.splice(0)
      try {
        await withoutTracing(() => append(redis, taskId, batch))
      } catch (err) {
        logger.warn({ err, lost: batch.length }, 'task events not written')
      }
    }
  }

  return { publish, flush }
}

async function append(redis: Redis, taskId: string, events: readonly TaskEvent[]): Promise<void> {
  const key = taskEventsKey(taskId)
  const pipeline = redis.pipeline()
  for (const event of events) {
    const json = JSON.stringify(event)
    pipeline.xadd(key, 'MAXLEN', '~', taskEventsMaxLength, '*', taskEventField, json)
  }
  pipeline.expire(key, taskEventsLifetimeSeconds)
  const replies = (await pipeline.exec()) ?? []
  const failed = replies.find(([err]) => err)
  if (failed) throw failed[0]
}
