// The states of a task by the words that callers, operators and PostgreSQL know them by.
import { TaskState } from './gen/throughline/v1/tasks.ts'

export const taskStates = {
  queued: TaskState.QUEUED,
  running: TaskState.RUNNING,
  completed: TaskState.COMPLETED,
  failed: TaskState.FAILED,
  cancelled: TaskState.CANCELLED,
  dead: TaskState.DEAD,
} as const

export type TaskStateName = keyof typeof taskStates

export const taskStateNames = Object.keys(taskStates) as [TaskStateName, ...TaskStateName[]]

/** Nothing for a state that this version does not know. */
export function taskStateName(state: number): TaskStateName | undefined {
  return taskStateNames.find((name) => taskStates[name] === state)
}
