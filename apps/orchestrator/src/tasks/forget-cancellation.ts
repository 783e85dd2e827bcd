import { cancellationKey } from '@throughline/contracts'
import type { Redis } from 'ioredis'
import type { Attempt } from './attempt.ts'

/** What is left of a cancellation that was taken back would stop the next attempt, too. */
export async function forgetCancellation(
  redis: Redis,
  { taskId, logger }: Pick<Attempt, 'taskId' | 'logger'>,
): Promise<void> {
  try {
    await redis.del(cancellationKey(taskId))
  } catch (err) {
    logger.warn({ err }, 'cancellation not removed')
  }
}
