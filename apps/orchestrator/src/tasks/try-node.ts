// Runs a node until it succeeds, as often as its retries allow, each try within its time.
import { setTimeout as pause } from 'node:timers/promises'
import type { Span } from '@opentelemetry/api'
import { events } from '@throughline/telemetry'
import { TaskError, throwIfCancelled, toTaskError } from '../errors.ts'
import { inForm } from '../workflows/in-form.ts'
import { retryDelayMs } from '../workflows/retry-delay.ts'
import type { WorkflowNode } from '../workflows/workflow.ts'

/** A node that does not listen to its signal is left behind after this. */
const stopsWithinMs = 1_000

type Run = (signal: AbortSignal) => unknown

/** Returns the output in the form that the node promises. */
export async function tryNode(
  node: WorkflowNode,
  span: Span,
  signal: AbortSignal,
  run: Run,
): Promise<unknown> {
  const { retries } = node
  for (let failures = 1; ; failures += 1) {
    try {
      const output = await tryOnce(node, signal, run)
      return inForm(node.output, output, `output of ${node.id}`)
    } catch (err) {
      throwIfCancelled(signal)
      const error = toTaskError(err)
      if (retries === undefined || failures > retries.times || error.consequence !== 'retry') {
        throw error
      }
      span.addEvent(events.nodeRetried, { 'error.type': error.code })
      await pause(retryDelayMs(retries, failures), undefined, { signal }).catch(() => {})
      throwIfCancelled(signal)
    }
  }
}

async function tryOnce(node: WorkflowNode, signal: AbortSignal, run: Run): Promise<unknown> {
  if (node.timeoutMs === undefined) return untilStopped(signal, run)
  const timeout = new AbortController()
  const timer = setTimeout(() => timeout.abort(new TaskError('node_timed_out')), node.timeoutMs)
  try {
    const either = AbortSignal.any([signal, timeout.signal])
    return await untilStopped(either, run)
  } finally {
    clearTimeout(timer)
  }
}

/** Work that ends after it was told to stop ends for that reason, whatever it says itself. */
async function untilStopped(signal: AbortSignal, run: Run): Promise<unknown> {
  const leftBehind = Promise.withResolvers<never>()
  let patience: NodeJS.Timeout | undefined
  const onAbort = () => {
    patience = setTimeout(() => leftBehind.reject(signal.reason), stopsWithinMs)
  }
  signal.addEventListener('abort', onAbort)
  try {
    const output = await Promise.race([run(signal), leftBehind.promise])
    throwIfCancelled(signal)
    return output
  } catch (err) {
    throwIfCancelled(signal)
    throw err
  } finally {
    clearTimeout(patience)
    signal.removeEventListener('abort', onAbort)
  }
}
