import {
  type BatchObservableCallback,
  type Counter,
  metrics as metricsApi,
  type ObservableGauge,
} from '@opentelemetry/api'
import { agentTypes, taskTypeSchema } from '@throughline/contracts'
import { counter, histogram, labels, metrics } from '@throughline/telemetry'

const outboxDelay = histogram(metrics.outboxDelay)

export function recordSent(committedAt: Date): void {
  outboxDelay.record(Math.max(0, Date.now() - committedAt.getTime()) / 1_000)
}

const requeues = counter(metrics.requeues)

export function countRequeue(reason: 'job_lost' | 'job_ended'): void {
  requeues.add(1, { [labels.reason]: reason })
}

const tasksFailed = counter(metrics.tasksFailed)

/** One that no attempt was left to end; the others are counted by their workers. */
export function countFailedTask(tenantId: string, type: string): void {
  countTask(tasksFailed, tenantId, type)
}

const tasksCancelled = counter(metrics.tasksCancelled)

export function countCancelledTask(tenantId: string, type: string): void {
  countTask(tasksCancelled, tenantId, type)
}

const tasksPruned = counter(metrics.tasksPruned)

export function countPrunedTasks(count: number): void {
  tasksPruned.add(count)
}

function countTask(tasks: Counter, tenantId: string, type: string): void {
  const taskType = taskTypeSchema.safeParse(type).data
  if (taskType === undefined) return
  tasks.add(1, {
    [labels.tenant]: tenantId,
    [labels.agentType]: agentTypes[taskType],
    [labels.taskType]: taskType,
  })
}

const rateLimitHits = counter(metrics.rateLimitHits)

/** The tenant stands in a row of ours: there are only so many. */
export function countRateLimitHits(tenantId: string, tasks: number): void {
  rateLimitHits.add(tasks, { [labels.tenant]: tenantId })
}

/** `active` says how many workers take tasks, `tasks` how many tasks each holds. Returns what ends it. */
export function observeWorkers(
  look: () => { readonly active: number; readonly tasks: ReadonlyMap<string, number> },
): () => void {
  const active = observableGauge(metrics.workersActive)
  const currentTasks = observableGauge(metrics.workerCurrentTasks)
  const observe: BatchObservableCallback = (result) => {
    const seen = look()
    result.observe(active, seen.active)
    for (const [worker, tasks] of seen.tasks) {
      result.observe(currentTasks, tasks, { [labels.worker]: worker })
    }
  }
  return observeBatch(observe, [active, currentTasks])
}

export interface WaitingTasks {
  readonly tasks: number
  readonly oldestAgeSeconds: number
}

/** Returns what ends it. */
export function observeWaitingTasks(look: () => WaitingTasks): () => void {
  const waiting = observableGauge(metrics.tasksWaiting)
  const oldestAge = observableGauge(metrics.tasksOldestWaitingAge)
  const observe: BatchObservableCallback = (result) => {
    const { tasks, oldestAgeSeconds } = look()
    result.observe(waiting, tasks)
    result.observe(oldestAge, oldestAgeSeconds)
  }
  return observeBatch(observe, [waiting, oldestAge])
}

function observeBatch(observe: BatchObservableCallback, gauges: ObservableGauge[]): () => void {
  const meter = metricsApi.getMeter('throughline')
  meter.addBatchObservableCallback(observe, gauges)
  return () => meter.removeBatchObservableCallback(observe, gauges)
}

function observableGauge({
  name,
  ...rest
}: {
  readonly name: string
  readonly description: string
  readonly unit: string
}): ObservableGauge {
  return metricsApi.getMeter('throughline').createObservableGauge(name, rest)
}
