import {
  counter,
  histogram,
  labels,
  metrics,
  requestSecondsBuckets,
  rpc,
} from '@throughline/telemetry'

const callDuration = histogram(rpc.serverCallDuration, {
  description: 'How long core took to answer a call',
  unit: 's',
  buckets: requestSecondsBuckets,
})

export function recordCall(method: string, statusCode: string, seconds: number): void {
  callDuration.record(seconds, {
    [rpc.systemName]: 'grpc',
    [rpc.method]: method,
    [rpc.responseStatusCode]: statusCode,
  })
}

const outboxDelay = histogram(metrics.outboxDelay, {
  description: 'From the commit of a job to its arrival in the queue',
  unit: 's',
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
})

export function recordSent(committedAt: Date): void {
  outboxDelay.record(Math.max(0, Date.now() - committedAt.getTime()) / 1_000)
}

const requeues = counter(metrics.requeues, {
  description: 'Tasks handed back to the queue',
  unit: '{task}',
})

export function countRequeue(reason: 'job_lost' | 'job_ended'): void {
  requeues.add(1, { [labels.reason]: reason })
}
