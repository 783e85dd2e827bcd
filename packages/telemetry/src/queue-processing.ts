// What became of the jobs of a BullMQ worker: `messaging.process.duration` in seconds, by outcome, and how many attempts
// a job took. BullMQ's own adapter has milliseconds in buckets that end at ten seconds, and a counter for each
// outcome, which is the count of this histogram once more.
import { histogram } from './instruments.ts'
import { metrics } from './metric-definitions.ts'
import { conventions } from './names.ts'

/** BullMQ's `Meter`, as far as it is used: the part of its `telemetry` that counts. */
export interface QueueMeter {
  createCounter(name: string): { add(value: number): void }
  createGauge(name: string): { record(value: number): void }
  createHistogram(name: string): {
    record(value: number, attributes?: Readonly<Record<string, unknown>>): void
  }
}

const bullmqJobDuration = 'bullmq.job.duration'

/** For `new Worker(name, processor, { telemetry: { tracer, contextManager, meter: createQueueMeter() } })`. */
export function createQueueMeter(): QueueMeter {
  const duration = histogram(metrics.messagingProcessDuration)
  const jobDuration: ReturnType<QueueMeter['createHistogram']> = {
    record(milliseconds, attributes = {}) {
      duration.record(milliseconds / 1_000, {
        [conventions.messagingSystem]: 'bullmq',
        [conventions.messagingOperationName]: 'process',
        [conventions.messagingDestinationName]: String(attributes[conventions.bullmqQueueName]),
        [conventions.bullmqJobState]: String(attributes[conventions.bullmqJobState]),
      })
    },
  }
  const nothing = { add() {}, record() {} }
  return {
    createCounter: () => nothing,
    createGauge: () => nothing,
    createHistogram: (name) => (name === bullmqJobDuration ? jobDuration : nothing),
  }
}

interface EndedJob {
  readonly queueName: string
  readonly attemptsMade: number
  /** Absent while BullMQ will try again. */
  readonly finishedOn?: number
}

/** A `Worker` of BullMQ. */
export interface ObservableWorker {
  on(event: 'completed', listener: (job: EndedJob) => void): unknown
  on(event: 'failed', listener: (job: EndedJob | undefined) => void): unknown
}

export function observeWorker(worker: ObservableWorker): void {
  const attempts = histogram(metrics.queueJobAttempts)
  const record = (job: EndedJob | undefined, state: string) => {
    if (job?.finishedOn === undefined) return
    const about = {
      [conventions.bullmqQueueName]: job.queueName,
      [conventions.bullmqJobState]: state,
    }
    attempts.record(job.attemptsMade, about)
  }
  worker.on('completed', (job) => record(job, 'completed'))
  worker.on('failed', (job) => record(job, 'failed'))
}
