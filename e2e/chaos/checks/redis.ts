// What must not be left in Redis when every task has ended.
import { taskQueueName } from '@throughline/contracts'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { shown } from './tasks.ts'

/** A list of what is left; empty when nothing is. */
export async function checkRedis(url: string): Promise<string[]> {
  const redis = new Redis(url, { maxRetriesPerRequest: 1, commandTimeout: 5_000 })
  const queue = new Queue(taskQueueName, { connection: redis })
  try {
    const counts = await queue.getJobCounts('wait', 'active', 'delayed', 'prioritized')
    const jobs = Object.entries(counts).filter(([, count]) => count > 0)
    const keys = await redis.keys('*')
    const left = (pattern: RegExp) => keys.filter((key) => pattern.test(key))
    const forEver: string[] = []
    for (const key of left(/^throughline:task:/)) {
      if ((await redis.ttl(key)) === -1) forEver.push(key)
    }
    return [
      ...jobs.map(([state, count]) => `no job is left: ${count} ${state}`),
      ...found('no lease is left', left(/^bull:.*:lock$/)),
      ...found('no checkpoint is left', left(/:checkpoint$/)),
      ...found('what Redis keeps of a task expires', forEver),
    ]
  } finally {
    await queue.close()
    redis.disconnect()
  }
}

function found(promise: string, keys: readonly string[]): string[] {
  return keys.length === 0 ? [] : [`${promise}: ${keys.length} are, ${shown(keys)}`]
}
