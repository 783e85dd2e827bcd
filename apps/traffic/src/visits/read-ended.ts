import type { TaskBody } from '@throughline/contracts'
import { VisitError } from '../errors.ts'
import type { GatewayClient } from '../gateway-client.ts'
import { pause } from '../pause.ts'

const patienceMs = 60_000
const firstPollMs = 300
const longestPollMs = 2_000

/** At once where the shopper has waited already; also the way out when a wait was cut short. */
export async function readEnded(
  gateway: GatewayClient,
  id: string,
  signal: AbortSignal,
): Promise<TaskBody> {
  const deadline = performance.now() + patienceMs
  let pollMs = firstPollMs
  while (performance.now() < deadline) {
    const task = await gateway.readTask(id, signal)
    if (task.state !== 'queued' && task.state !== 'running') return task
    await pause(pollMs, signal)
    pollMs = Math.min(pollMs * 1.5, longestPollMs)
  }
  throw new VisitError('unfinished', `The task had not ended after ${patienceMs} ms`)
}
