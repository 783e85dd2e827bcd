// Core's services on a database of their own, without a queue: what the queue would hear is written down.
import {
  NegotiationServiceDefinition,
  type TaskServiceClient,
  TaskServiceDefinition,
  type Usage,
} from '@throughline/contracts'
import type {} from '@throughline/embedded/vitest-setup'
import { createChannel, createClientFactory } from 'nice-grpc'
import { deadlineMiddleware } from 'nice-grpc-client-middleware-deadline'
import { HealthState } from 'nice-grpc-server-health'
import { pino } from 'pino'
import { inject, vi } from 'vitest'
import { createDatabase } from '../database.ts'
import { buildServer, drainServer } from '../server.ts'
import type { QueueHooks } from '../tasks/task-service.ts'
import { cloneDatabase } from './database.ts'

export type TaskServer = Awaited<ReturnType<typeof startTaskServer>>

const callTimeoutMs = 10_000
const logger = pino({ level: 'silent' })

export async function startTaskServer() {
  const clone = await cloneDatabase(inject('postgresUrl'))
  const database = createDatabase({ url: clone.url, poolSize: 5, logger })
  const queue = {
    admit: vi.fn<QueueHooks['admit']>(),
    onTaskQueued: vi.fn<QueueHooks['onTaskQueued']>(),
    onPlaceFreed: vi.fn<QueueHooks['onPlaceFreed']>(),
    onCancelled: vi.fn<QueueHooks['onCancelled']>(async () => {}),
    beforeRetry: vi.fn<QueueHooks['beforeRetry']>(async () => {}),
  }
  const workers = { list: async () => [], setDraining: async () => {} }
  const health = HealthState()
  const server = buildServer({ database, health, logger, queueHooks: queue, workers })
  const channel = createChannel(`127.0.0.1:${await server.listen('127.0.0.1:0')}`)
  const clients = createClientFactory().use(deadlineMiddleware)
  const defaults = { '*': { deadline: callTimeoutMs } }
  const tasks = clients.create(TaskServiceDefinition, channel, defaults)
  const negotiations = clients.create(NegotiationServiceDefinition, channel, defaults)
  return {
    database,
    queue,
    tasks,
    negotiations,
    ...shortcuts(tasks),
    attempts: (taskId: string) =>
      database.taskAttempt.findMany({ where: { taskId }, orderBy: { attempt: 'asc' } }),
    results: (taskId: string) => database.taskResult.findMany({ where: { taskId } }),
    async stop() {
      channel.close()
      await drainServer(server)
      await database.$disconnect()
      await clone.drop()
    },
  }
}

/** What most tests do to a task, with whatever does not matter to them filled in. */
function shortcuts(tasks: TaskServiceClient) {
  return {
    async submitNoop(tenantId = 'demo') {
      const submitted = tasks.submitTask({ tenantId, type: 'noop', request: { nodes: 1 } })
      return (await submitted).taskId
    },
    start: (taskId: string, traceparent = '') =>
      tasks.startTask({ taskId, workerId: 'worker-1', traceparent }),
    complete: (taskId: string, attempt: number, usage?: Partial<Usage>) =>
      tasks.completeTask({ taskId, attempt, result: { nodes: 1 }, usage }),
    fail: (taskId: string, attempt: number, retryable = true, usage?: Partial<Usage>) =>
      tasks.failTask({
        ...{ taskId, attempt, retryable, usage },
        errorCode: 'model_unavailable',
        errorMessage: 'The model did not answer',
      }),
    release: (taskId: string, attempt: number, usage?: Partial<Usage>) =>
      tasks.releaseTask({ taskId, attempt, usage }),
    reportUsage: (taskId: string, attempt: number, usage?: Partial<Usage>) =>
      tasks.reportUsage({ taskId, attempt, usage }),
    get: async (taskId: string, tenantId = 'demo') =>
      (await tasks.getTask({ tenantId, taskId })).task,
  }
}
