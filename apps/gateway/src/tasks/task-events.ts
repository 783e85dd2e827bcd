// Progress of tasks out of Redis. One blocking read covers every stream that anyone follows, so that a
// thousand readers cost one connection and, while nothing happens, a few commands a second.
import { setTimeout as delay } from 'node:timers/promises'
import { context, ROOT_CONTEXT } from '@opentelemetry/api'
import {
  type TaskEvent,
  taskEventField,
  taskEventSchema,
  taskEventsKey,
  taskEventsMaxLength,
} from '@throughline/contracts'
import { withoutTracing } from '@throughline/telemetry'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { createBlockingReads } from './blocking-reads.ts'
import { comparePositions } from './stream-position.ts'

export interface TaskEventEntry {
  readonly position: string
  readonly event: TaskEvent
}

export interface TaskEvents {
  /** What the stream holds. */
  read(taskId: string): Promise<TaskEventEntry[]>
  /** Every entry after a position, once, in order, until the returned function is called. */
  follow(taskId: string, after: string, deliver: (entry: TaskEventEntry) => void): () => void
  stop(): Promise<void>
}

export interface TaskEventsOptions {
  readonly commands: Redis
  /** Only this reader uses it: it is blocked most of the time. */
  readonly blocking: Redis
  readonly logger: Logger
  /** Whoever joins ends the read under way; if that is missed, it ends after this time. */
  readonly blockMs?: number
  readonly retryAfterMs?: number
}

interface Follower {
  after: string
  readonly deliver: (entry: TaskEventEntry) => void
}

type RawEntry = [position: string, fields: string[]]

const entriesARead = 500

export function createTaskEvents({
  commands,
  blocking,
  logger,
  blockMs = 250,
  retryAfterMs = 500,
}: TaskEventsOptions): TaskEvents {
  const followers = new Map<string, Set<Follower>>()
  let reading: Promise<void> | undefined
  let stopped = false
  let failing = false
  const reads = createBlockingReads({ commands, blocking })

  const readWhileFollowed = async (): Promise<void> => {
    while (followers.size > 0 && !stopped) {
      try {
        await withoutTracing(readOnce)
        failing = false
      } catch (err) {
        if (stopped) break
        if (!failing) logger.warn({ err }, 'task events not read, trying again')
        failing = true
        await delay(retryAfterMs)
      }
    }
    // In the same turn as the check above, or a follower of this very moment would find no reader.
    reading = undefined
  }

  const readOnce = async (): Promise<void> => {
    const streams = Array.from(followers, ([taskId, group]) => {
      return { taskId, key: taskEventsKey(taskId), from: earliest(group) }
    })
    const replies = await reads.run(() =>
      blocking.xread(
        ...(['COUNT', entriesARead, 'BLOCK', blockMs, 'STREAMS'] as const),
        ...streams.map(({ key }) => key),
        ...streams.map(({ from }) => from),
      ),
    )
    const byKey = new Map((replies ?? []) as [string, RawEntry[]][])
    for (const { taskId, key, from } of streams) deliver(taskId, from, byKey.get(key) ?? [])
  }

  const deliver = (taskId: string, from: string, entries: RawEntry[]): void => {
    // Whoever joined during the read at an earlier position would miss what lies between: next time.
    const group = [...(followers.get(taskId) ?? [])].filter(
      (follower) => comparePositions(follower.after, from) >= 0,
    )
    for (const raw of entries) {
      const entry = parseEntry(raw)
      for (const follower of group) {
        if (comparePositions(raw[0], follower.after) <= 0) continue
        follower.after = raw[0]
        if (entry !== undefined && followers.get(taskId)?.has(follower)) follower.deliver(entry)
      }
    }
  }

  return {
    async read(taskId) {
      const entries = await withoutTracing(() =>
        // Redis trims a stream in whole nodes, so it may hold some more than it was told to keep.
        commands.xrange(taskEventsKey(taskId), '-', '+', 'COUNT', taskEventsMaxLength * 2),
      )
      return (entries as RawEntry[]).map(parseEntry).filter((entry) => entry !== undefined)
    },

    follow(taskId, after, deliverEntry) {
      // Whatever is said of a delivery is said in its follower's trace.
      const follower = { after, deliver: context.bind(context.active(), deliverEntry) }
      const group = followers.get(taskId) ?? new Set()
      followers.set(taskId, group.add(follower))
      // Outside of that: the loop outlives its request and serves others.
      if (reading === undefined) reading = context.with(ROOT_CONTEXT, readWhileFollowed)
      else reads.end()
      return () => {
        group.delete(follower)
        if (group.size === 0 && followers.get(taskId) === group) followers.delete(taskId)
      }
    },

    async stop() {
      stopped = true
      await reading
    },
  }
}

function earliest(group: ReadonlySet<Follower>): string {
  const [first = '', ...others] = Array.from(group, ({ after }) => after)
  return others.reduce(
    (least, after) => (comparePositions(after, least) < 0 ? after : least),
    first,
  )
}

/** What is not an event of this version is passed over: the stream is a convenience, core has the truth. */
function parseEntry([position, fields]: RawEntry): TaskEventEntry | undefined {
  const json = fields[fields.indexOf(taskEventField) + 1]
  try {
    const parsed = taskEventSchema.safeParse(JSON.parse(json ?? ''))
    return parsed.success ? { position, event: parsed.data } : undefined
  } catch {
    return undefined
  }
}
