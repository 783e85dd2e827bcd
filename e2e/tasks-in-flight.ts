// Tasks to crash something under: started by way of the gateway, and watched there until they end.
import { type TaskEvent, taskEventSchema } from '@throughline/contracts'
import { demoKey } from '@throughline/core/seed'
import { callerOf } from './running-system.ts'
import { findListing, negotiationOver } from './scenarios.ts'

/** More than the orchestrator works on at once. */
const tasksInFlight = 6
const runsWithinMs = 40_000

/** Resolves as soon as one of them runs: with work ahead for every process, and more of it in the queue. */
export async function startTasks(gatewayUrl: string): Promise<string[]> {
  const gateway = callerOf(gatewayUrl)
  const listing = await findListing(gateway)
  const taskIds: string[] = []
  while (taskIds.length < tasksInFlight) {
    const { body } = await gateway.post('/v1/negotiate', negotiationOver(listing))
    taskIds.push(String(body.id))
  }
  for await (const { type } of eventsOf(gatewayUrl, taskIds.at(-1))) {
    if (type === 'node.started') break
  }
  return taskIds
}

export function statesOf(gatewayUrl: string, taskIds: readonly string[]): Promise<unknown[]> {
  const gateway = callerOf(gatewayUrl)
  return Promise.all(taskIds.map(async (id) => (await gateway.get(`/v1/tasks/${id}`)).state))
}

async function* eventsOf(gatewayUrl: string, taskId = ''): AsyncGenerator<TaskEvent> {
  const response = await fetch(new URL(`/v1/tasks/${taskId}/events`, gatewayUrl), {
    headers: { authorization: `Bearer ${demoKey}` },
    signal: AbortSignal.timeout(runsWithinMs),
  })
  let text = ''
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const lines = (text + chunk).split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) {
      if (line.startsWith('data:')) yield taskEventSchema.parse(JSON.parse(line.slice(5)))
    }
  }
}
