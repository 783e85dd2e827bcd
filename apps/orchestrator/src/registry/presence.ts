// Whether a worker's process is still there, for telling a crash from a lease that ran out. The system closes the
// connections of a process that is killed; one that is stopped, or cut off without a word, keeps them.
import { workerKey, workerRecordSchema } from '@throughline/contracts'
import type { Redis } from 'ioredis'

/** What a worker calls its connection to Redis, where spaces are not allowed. */
export function connectionNameOf(workerId: string): string {
  return `throughline-worker:${encodeURIComponent(workerId)}`
}

/** Whether the process that was called so at that time still is. */
export async function isPresent(redis: Redis, workerId: string, at: Date): Promise<boolean> {
  const [clients, record] = await Promise.all([
    redis.client('LIST') as Promise<string>,
    redis.get(workerKey(workerId)),
  ])
  const connected = clients.includes(` name=${connectionNameOf(workerId)} `)
  return connected && !startedAfter(record, at)
}

/** A process that was started again has its predecessor's name. */
function startedAfter(record: string | null, at: Date): boolean {
  if (record === null) return false
  try {
    const { data } = workerRecordSchema.safeParse(JSON.parse(record))
    return data !== undefined && Date.parse(data.startedAt) > at.getTime()
  } catch {
    return false
  }
}
