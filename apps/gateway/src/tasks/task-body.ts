// A task as core knows it, as the HTTP body that shows it.
import { NegotiationAction, type Task, type TaskBody, TaskState } from '@throughline/contracts'

const states = {
  [TaskState.QUEUED]: 'queued',
  [TaskState.RUNNING]: 'running',
  [TaskState.COMPLETED]: 'completed',
  [TaskState.FAILED]: 'failed',
} as const

const actions = {
  [NegotiationAction.ACCEPT]: 'accept',
  [NegotiationAction.OFFER]: 'offer',
  [NegotiationAction.WALK_AWAY]: 'walk_away',
} as const

export function taskBody(task: Task): TaskBody {
  const { id, negotiationId, type, attempt, result } = task
  return {
    id,
    negotiationId,
    type,
    state: known(states, task.state),
    attempt,
    createdAt: timestamp(task.createdAt),
    updatedAt: timestamp(task.updatedAt),
    ...(result && { result: { ...result, action: known(actions, result.action) } }),
    ...(task.errorCode && { error: { code: task.errorCode, message: task.errorMessage } }),
    links: taskLinks(id),
  }
}

export function taskLinks(id: string): TaskBody['links'] {
  return { self: `/v1/tasks/${id}`, events: `/v1/tasks/${id}/events` }
}

export function hasEnded({ state }: Task): boolean {
  return state === TaskState.COMPLETED || state === TaskState.FAILED
}

function known<Word>(words: Readonly<Record<number, Word>>, value: number): Word {
  const word = words[value]
  if (word === undefined) throw new Error(`core sent ${value}, which this gateway does not know`)
  return word
}

function timestamp(value: Date | undefined): string {
  if (value === undefined) throw new Error('core sent a task without its times')
  return value.toISOString()
}
