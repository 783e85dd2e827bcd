import { counter, histogram, labels, metrics } from '@throughline/telemetry'

const outboxDelay = histogram(metrics.outboxDelay)

export function recordSent(committedAt: Date): void {
  outboxDelay.record(Math.max(0, Date.now() - committedAt.getTime()) / 1_000)
}

const requeues = counter(metrics.requeues)

export function countRequeue(reason: 'job_lost' | 'job_ended'): void {
  requeues.add(1, { [labels.reason]: reason })
}
