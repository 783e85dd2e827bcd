// How much lies in a BullMQ queue, and for how long: `bullmq.queue.jobs` by state, as BullMQ itself would name it, and
// the age of the job whose turn is next. Looked up when metrics are exported. One kind of process observes a queue;
// each of its replicas tells the same, so that whoever reads it takes the maximum, not the sum.
import { setTimeout as sleep } from 'node:timers/promises'
import { type BatchObservableCallback, metrics as metricsApi } from '@opentelemetry/api'
import type { MetricDefinition } from './instruments.ts'
import { metrics } from './metric-definitions.ts'
import { conventions } from './names.ts'

/** A `Queue` of BullMQ, or whatever asks one. */
export interface ObservableQueue {
  readonly name: string
  getJobCounts(...states: JobState[]): Promise<Readonly<Record<string, number>>>
  /** Next first. */
  getWaiting(start: number, end: number): Promise<readonly (WaitingJob | undefined)[]>
  /** Next first. Their turn comes when nobody waits without a priority. */
  getPrioritized(start: number, end: number): Promise<readonly (WaitingJob | undefined)[]>
}

interface WaitingJob {
  /** When it was added, in milliseconds since 1970. */
  readonly timestamp: number
  /** When a worker took it last: one that was put back has waited from then on. */
  readonly processedOn?: number
}

const states = ['waiting', 'active', 'delayed', 'prioritized', 'completed', 'failed'] as const
type JobState = (typeof states)[number]

/** A queue that does not answer holds up no other metric for longer. */
const answerTimeoutMs = 1_000

/** Returns what ends it. */
export function observeQueue(queue: ObservableQueue): () => void {
  const meter = metricsApi.getMeter('throughline')
  const gauge = ({ name, ...rest }: MetricDefinition) => meter.createObservableGauge(name, rest)
  const jobs = gauge(metrics.bullmqQueueJobs)
  const age = gauge(metrics.queueOldestJobAge)
  const about = { [conventions.bullmqQueueName]: queue.name }
  let last: Answer | undefined
  const observe: BatchObservableCallback = async (result) => {
    // While Redis is away nobody adds a job and nobody takes one: what it said last still holds, and age goes on.
    last = (await Promise.race([ask(queue), sleep(answerTimeoutMs, undefined, unheld)])) ?? last
    if (!last) return
    for (const state of states) {
      result.observe(jobs, last.counts[state] ?? 0, {
        ...about,
        [conventions.bullmqQueueJobsState]: state,
      })
    }
    result.observe(age, last.next ? secondsSince(last.next) : 0, about)
  }
  meter.addBatchObservableCallback(observe, [jobs, age])
  return () => meter.removeBatchObservableCallback(observe, [jobs, age])
}

interface Answer {
  readonly counts: Readonly<Record<string, number>>
  readonly next: WaitingJob | undefined
}

const unheld = { ref: false }

async function ask(queue: ObservableQueue): Promise<Answer | undefined> {
  try {
    const [counts, [waiting], [prioritized]] = await Promise.all([
      queue.getJobCounts(...states),
      queue.getWaiting(0, 0),
      queue.getPrioritized(0, 0),
    ])
    return { counts, next: waiting ?? prioritized }
  } catch {
    // Whoever uses the queue says why; the SDK would say it at each export.
    return undefined
  }
}

function secondsSince({ timestamp, processedOn = 0 }: WaitingJob): number {
  return Math.max(0, Date.now() - Math.max(timestamp, processedOn)) / 1_000
}
