// What an attempt has finished, kept in Redis for the attempt after it.
import { withoutTracing } from '@throughline/telemetry'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { z } from 'zod'
import { TaskError } from '../errors.ts'
import { removeScript, restoreScript, saveScript } from './checkpoint-scripts.ts'

const lifetimeSeconds = 86_400
const sizeLimitBytes = 262_144

export const nodeRecordSchema = z.object({
  output: z.unknown(),
  usage: z
    .object({ model: z.string(), inputTokens: z.int(), outputTokens: z.int() })
    .optional()
    .describe('Of a node that asked a model'),
})

export const checkpointSchema = z.object({
  workflow: z.string(),
  version: z.int(),
  nodes: z.record(z.string(), nodeRecordSchema),
})

export type NodeRecord = z.infer<typeof nodeRecordSchema>
export type Checkpoint = z.infer<typeof checkpointSchema>

/** The attempt is the fencing token that core gave out. */
export interface CheckpointOwner {
  readonly taskId: string
  readonly attempt: number
}

export interface CheckpointStore {
  /** Returns the size in bytes. */
  save(owner: CheckpointOwner, checkpoint: Checkpoint): Promise<number>
  /** Nothing when there is none, or none that can be read. */
  restore(owner: CheckpointOwner): Promise<Checkpoint | undefined>
  /** Unless a newer attempt has it. Never rejects: what cannot be removed expires. */
  remove(owner: CheckpointOwner): Promise<void>
  /** Of a task that has ended, whoever's it is. Never rejects. */
  discard(taskId: string): Promise<void>
}

export function checkpointKey(taskId: string): string {
  return `throughline:task:${taskId}:checkpoint`
}

/** EVAL with the whole text each time: one command whether or not Redis has seen the script before. */
export function createCheckpointStore(redis: Redis, logger: Logger): CheckpointStore {
  async function run(script: string, owner: CheckpointOwner, ...values: (string | number)[]) {
    try {
      return await redis.eval(script, 1, checkpointKey(owner.taskId), owner.attempt, ...values)
    } catch (err) {
      throw new TaskError('checkpoint_unavailable', { cause: err })
    }
  }

  async function remove(owner: CheckpointOwner): Promise<void> {
    try {
      await withoutTracing(() => run(removeScript, owner))
    } catch (err) {
      logger.warn({ err, taskId: owner.taskId }, 'checkpoint not removed')
    }
  }

  return {
    async save(owner, checkpoint) {
      const state = JSON.stringify(checkpoint)
      const size = Buffer.byteLength(state)
      if (size > sizeLimitBytes) throw new TaskError('checkpoint_too_large')
      const saved = await run(saveScript, owner, lifetimeSeconds, state)
      if (saved === 0) throw new TaskError('lease_lost')
      return size
    },
    async restore(owner) {
      const restored = await run(restoreScript, owner, lifetimeSeconds)
      if (restored === 0) throw new TaskError('lease_lost')
      const [state] = restored as [string | null | undefined]
      return parseCheckpoint(state)
    },
    remove,
    discard: (taskId) => remove({ taskId, attempt: Number.MAX_SAFE_INTEGER }),
  }
}

function parseCheckpoint(state: string | null | undefined): Checkpoint | undefined {
  if (typeof state !== 'string') return undefined
  try {
    return checkpointSchema.safeParse(JSON.parse(state)).data
  } catch {
    // Unreadable progress is no progress: the nodes run again.
    return undefined
  }
}
