// Secrets in jobs that core never made.
import { taskQueueName } from '@throughline/contracts'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { vi } from 'vitest'
import { secrets } from './words.ts'

const longestWaitMs = 20_000

/** Resolves when the worker has refused them. */
export async function plantInQueue(redisUrl: string, isRefused: () => boolean): Promise<void> {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null })
  const queue = new Queue(taskQueueName, { connection: redis })
  const metadata = JSON.stringify({
    baggage: `user=${secrets.jobMetadata}`,
    x: secrets.jobMetadata,
  })
  const withBaggage = { telemetry: { metadata } }
  const brokenMetadata = { telemetry: { metadata: secrets.jobMetadata } }
  const payload = { taskId: secrets.jobPayload, [secrets.jobKey]: secrets.jobPayload }
  await queue.add('negotiation', payload, withBaggage)
  await queue.add('negotiation', payload, brokenMetadata)
  await vi.waitUntil(isRefused, { timeout: longestWaitMs })
  await queue.close()
  redis.disconnect()
}
