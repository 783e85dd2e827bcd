import { counter, histogram, labels, metrics, rpc } from '@throughline/telemetry'

const callDuration = histogram(metrics.rpcServerCallDuration)

export function recordCall(method: string, statusCode: string, seconds: number): void {
  callDuration.record(seconds, {
    [rpc.systemName]: 'grpc',
    [rpc.method]: method,
    [rpc.responseStatusCode]: statusCode,
  })
}

const outboxDelay = histogram(metrics.outboxDelay)

export function recordSent(committedAt: Date): void {
  outboxDelay.record(Math.max(0, Date.now() - committedAt.getTime()) / 1_000)
}

const requeues = counter(metrics.requeues)

export function countRequeue(reason: 'job_lost' | 'job_ended'): void {
  requeues.add(1, { [labels.reason]: reason })
}
