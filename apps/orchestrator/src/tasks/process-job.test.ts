// What becomes of a job whose task was not run to its end.
import { randomUUID } from 'node:crypto'
import type { TaskServiceClient } from '@throughline/contracts'
import { DelayedError, type Job, WaitingError } from 'bullmq'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { CheckpointStore } from '../checkpoints/checkpoint-store.ts'
import { type StopReason, TaskError, type TaskErrorCode } from '../errors.ts'
import { createLease } from '../leases/lease.ts'
import { collectLogs } from '../testing/collect-logs.ts'
import { createJobProcessor } from './process-job.ts'
import type { TaskDependencies } from './run-task.ts'

const data = { taskId: randomUUID(), tenantId: 'demo', taskType: 'noop' }

// It is the difference of two looks at the clock.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

const leaseMs = 10_000

function processJob(
  job: Partial<Job>,
  core: Partial<TaskServiceClient>,
  { since, stopped }: { readonly since: number; readonly stopped?: StopReason },
): Promise<void> {
  const usage = { inputTokens: 1, outputTokens: 1, costNanoUsd: 1, unpricedCalls: 0 }
  const checkpoints: Partial<CheckpointStore> = { unreported: async () => ({ attempt: 1, usage }) }
  const dependencies: Partial<TaskDependencies> = {
    core: core as TaskServiceClient,
    checkpoints: checkpoints as CheckpointStore,
    events: { open: () => ({ publish() {} }), flush: async () => {} },
    logger: collectLogs().logger,
    startPatienceMs: 0,
  }
  const lease = createLease(data.taskId, 'token', { leaseMs, since })
  if (stopped !== undefined) lease.stop(stopped)
  return createJobProcessor(dependencies as TaskDependencies)({ data, ...job } as Job, lease)
}

/** How long the job is to wait before the next delivery. */
async function delayAfter(code: TaskErrorCode, attemptsStarted: number): Promise<number> {
  const moveToDelayed = vi.fn<Job['moveToDelayed']>(async () => {})
  const job: Partial<Job> = { attemptsStarted, moveToDelayed, promote: async () => {} }
  const startTask = () => Promise.reject(new TaskError(code))
  const processing = processJob(job, { startTask }, { since: performance.now() })
  await expect(processing).rejects.toThrow(DelayedError)
  return (moveToDelayed.mock.calls[0]?.[0] ?? 0) - Date.now()
}

test.each([
  [1, 500, 1_000],
  [2, 1_000, 2_000],
  [4, 4_000, 8_000],
  [40, 15_000, 30_000],
])(
  'a task that only a newer version can run is looked at ever less often: delivery %i',
  async (delivery, least, most) => {
    const delayMs = await delayAfter('checkpoint_newer', delivery)
    expect(delayMs).toBeGreaterThanOrEqual(least)
    expect(delayMs).toBeLessThanOrEqual(most)
  },
)

test('a task waits for core longer each time, up to a quarter of a minute', async () => {
  const deliveries = [1, 2, 3, 40]
  const delays = deliveries.map((delivery) => delayAfter('core_unavailable', delivery))
  expect(await Promise.all(delays)).toEqual([250, 500, 1_000, 15_000])
})

test('a task of a worker that drains may be taken at once', async () => {
  expect(await delayAfter('draining', 7)).toBe(0)
})

test('a job that comes when its lease is over opens no attempt, and stays where it is', async () => {
  const startTask = vi.fn<TaskServiceClient['startTask']>()
  const processing = processJob({}, { startTask }, { since: performance.now() - leaseMs })
  await expect(processing).rejects.toThrow(WaitingError)
  expect(startTask).not.toHaveBeenCalled()
})

test('a cancelled task is not dropped before core has heard what its attempts had used', async () => {
  const moveToDelayed = vi.fn<Job['moveToDelayed']>(async () => {})
  const core: Partial<TaskServiceClient> = {
    startTask: () => Promise.reject(new TaskError('task_closed')),
    reportUsage: () => Promise.reject(new TaskError('core_unavailable')),
  }
  const processing = processJob({ attemptsStarted: 1, moveToDelayed }, core, {
    since: performance.now(),
    stopped: 'cancelled',
  })
  await expect(processing).rejects.toThrow(DelayedError)
  expect(moveToDelayed).toHaveBeenCalledOnce()
})
