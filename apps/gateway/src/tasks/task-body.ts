// A task as core knows it, as the HTTP body that shows it.
import {
  type Task,
  type TaskBody,
  TaskState,
  taskStateName,
  taskTypeSchema,
  taskTypes,
  type Usage,
} from '@throughline/contracts'

export function taskBody(task: Task): TaskBody {
  const { id, negotiationId, attempt, result, usage } = task
  const type = taskTypeSchema.parse(task.type)
  return {
    id,
    ...(negotiationId && { negotiationId }),
    type,
    state: stateOf(task),
    attempt,
    createdAt: timestamp(task.createdAt),
    updatedAt: timestamp(task.updatedAt),
    ...(result && { result: taskTypes[type].result.parse(result) }),
    usage: usageBody(usage),
    ...(task.errorCode && { error: { code: task.errorCode, message: task.errorMessage } }),
    links: taskLinks(id),
  }
}

export function taskLinks(id: string): TaskBody['links'] {
  return { self: `/v1/tasks/${id}`, events: `/v1/tasks/${id}/events` }
}

export function hasEnded({ state }: Task): boolean {
  return state !== TaskState.QUEUED && state !== TaskState.RUNNING
}

const nanoUsdPerUsd = 1e9

/** Absent where nothing has been used yet. */
function usageBody(usage: Usage | undefined): TaskBody['usage'] {
  const { inputTokens = 0, outputTokens = 0, costNanoUsd = 0, unpricedCalls = 0 } = usage ?? {}
  return { inputTokens, outputTokens, costUsd: costNanoUsd / nanoUsdPerUsd, unpricedCalls }
}

function stateOf({ state }: Task): TaskBody['state'] {
  const name = taskStateName(state)
  if (name === undefined) throw new Error(`core sent ${state}, which this gateway does not know`)
  return name
}

function timestamp(value: Date | undefined): string {
  if (value === undefined) throw new Error('core sent a task without its times')
  return value.toISOString()
}
