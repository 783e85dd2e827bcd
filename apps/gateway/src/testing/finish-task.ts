// What the orchestrator and core do to a task, as far as the gateway can see it.
import {
  type Task,
  type TaskEvent,
  type TaskResult,
  TaskState,
  type TaskType,
  taskEventField,
  taskEventsKey,
} from '@throughline/contracts'
import type { Redis } from 'ioredis'
import { type CorePeer, taskOf } from './core-peer.ts'

const results = {
  negotiation: {
    action: 'offer',
    priceCents: 20_000,
    message: 'Would you take 200?',
    model: 'tiny',
    rounds: [{ offerCents: 20_000, counterCents: 24_000 }],
  },
  price_review: {
    reviews: [{ listingId: 'l', leverage: 'fair', priceCents: 900, suggestedCents: 800 }],
    model: 'tiny',
  },
  listing_summary: { summary: 'A lamp.', leverage: 'weak', model: 'tiny' },
} satisfies Partial<{ [Type in TaskType]: TaskResult<Type> }>

const usage = {
  inputTokens: 90,
  outputTokens: 40,
  costNanoUsd: 1_500,
  unpricedCalls: 1,
}

export function addTask(peer: CorePeer, facts: Partial<Task> = {}): Task {
  const task = taskOf({ id: crypto.randomUUID(), ...facts })
  peer.tasks.set(task.id, task)
  return task
}

export async function publish(redis: Redis, taskId: string, event: TaskEvent): Promise<string> {
  const json = JSON.stringify(event)
  return (await redis.xadd(taskEventsKey(taskId), '*', taskEventField, json)) ?? ''
}

export function complete(peer: CorePeer, taskId: string): void {
  const task = peer.tasks.get(taskId)
  if (task === undefined) return
  const result = results[task.type as keyof typeof results]
  peer.tasks.set(taskId, { ...task, state: TaskState.COMPLETED, attempt: 1, result, usage })
}

export function fail(peer: CorePeer, taskId: string): void {
  const task = peer.tasks.get(taskId)
  const error = { errorCode: 'model_error', errorMessage: 'The model did not answer' }
  if (task) peer.tasks.set(taskId, { ...task, state: TaskState.FAILED, attempt: 3, ...error })
}
