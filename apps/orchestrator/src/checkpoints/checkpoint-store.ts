// What an attempt has finished, kept in Redis for the attempt after it: a hash with one field a step, so that a save
// writes what is new and nothing else.
import { checkpointKey } from '@throughline/contracts'
import { withoutTracing } from '@throughline/telemetry'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { TaskError } from '../errors.ts'
import {
  type Checkpoint,
  fromFields,
  readUnreported,
  toFields,
  type Unreported,
} from './checkpoint.ts'
import { openScript, removeScript, saveScript } from './checkpoint-scripts.ts'

const lifetimeSeconds = 86_400
export const checkpointLimitBytes = 262_144

/** The attempt is the fencing token that core gave out. */
export interface CheckpointOwner {
  readonly taskId: string
  readonly attempt: number
}

export interface CheckpointStore {
  /** Takes the checkpoint over, as every attempt does before it saves. Nothing when there is none that can be read. */
  open(owner: CheckpointOwner): Promise<Checkpoint | undefined>
  /** Adds these steps to those that are there. Returns the size of all, in bytes. */
  save(owner: CheckpointOwner, progress: Checkpoint): Promise<number>
  /** Forgets whatever was there. */
  replace(owner: CheckpointOwner, checkpoint: Checkpoint): Promise<number>
  /** Unless a newer attempt has it. Never rejects: what cannot be removed expires. */
  remove(owner: CheckpointOwner): Promise<void>
  /** Of a task that has ended: what nobody was left to report. */
  unreported(taskId: string): Promise<Unreported | undefined>
  /** Of a task that has ended, whoever's it is. Never rejects. */
  discard(taskId: string): Promise<void>
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

  async function write(owner: CheckpointOwner, replace: 0 | 1, checkpoint: Checkpoint) {
    const fields = toFields(checkpoint)
    const size = await run(
      saveScript,
      owner,
      ...[lifetimeSeconds, checkpointLimitBytes, replace, ...fields],
    )
    if (size === 0) throw new TaskError('lease_lost')
    if (size === -1) {
      const cause = new Error(`more than ${checkpointLimitBytes} bytes with ${stepsOf(checkpoint)}`)
      throw new TaskError('checkpoint_too_large', { cause })
    }
    return size as number
  }

  async function remove(owner: CheckpointOwner): Promise<void> {
    try {
      await withoutTracing(() => run(removeScript, owner))
    } catch (err) {
      logger.warn({ err, taskId: owner.taskId }, 'checkpoint not removed')
    }
  }

  return {
    async open(owner) {
      const fields = await run(openScript, owner, lifetimeSeconds)
      if (fields === 0) throw new TaskError('lease_lost')
      return fromFields(fields as string[])
    },
    save: (owner, progress) => write(owner, 0, progress),
    replace: (owner, checkpoint) => write(owner, 1, checkpoint),
    remove,
    async unreported(taskId) {
      try {
        return readUnreported(await redis.hget(checkpointKey(taskId), 'unreported'))
      } catch (err) {
        throw new TaskError('checkpoint_unavailable', { cause: err })
      }
    },
    discard: (taskId) => remove({ taskId, attempt: Number.MAX_SAFE_INTEGER }),
  }
}

function stepsOf({ outputs }: Checkpoint): string {
  return Object.keys(outputs).join(', ')
}
