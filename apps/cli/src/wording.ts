// Core's values as a terminal shows them and as a person types them.
import {
  AttemptOutcome,
  type Task,
  type TaskState,
  taskStateName,
  taskStateNames,
  taskStates,
  type Usage,
} from '@throughline/contracts'
import { UsageError } from './errors.ts'

const outcomes: Readonly<Record<number, string>> = {
  [AttemptOutcome.UNSPECIFIED]: 'running',
  [AttemptOutcome.COMPLETED]: 'completed',
  [AttemptOutcome.FAILED]: 'failed',
  [AttemptOutcome.RELEASED]: 'handed back',
  [AttemptOutcome.ABANDONED]: 'lost',
  [AttemptOutcome.CANCELLED]: 'cancelled',
}

export function parseState(text: string): TaskState {
  const name = taskStateNames.find((one) => one === text)
  if (name === undefined) {
    throw new UsageError(`--state is one of ${taskStateNames.join(', ')}, not "${text}"`)
  }
  return taskStates[name]
}

export function stateName(state: TaskState): string {
  return taskStateName(state) ?? `state ${state}`
}

export function outcomeName(value: AttemptOutcome): string {
  return outcomes[value] ?? `outcome ${value}`
}

/** To the second: enough to find a line in a log, short enough for a table. */
export function time(value: Date | undefined): string {
  return value === undefined ? '' : `${value.toISOString().slice(0, 19)}Z`
}

export function cost(usage: Usage | undefined): string {
  if (usage === undefined) return ''
  const known = `$${(usage.costNanoUsd / 1e9).toFixed(6)}`
  return usage.unpricedCalls === 0 ? known : `${known} and ${usage.unpricedCalls} calls unpriced`
}

export function taskJson(task: Task) {
  return { ...task, state: stateName(task.state) }
}

/** The part of a W3C traceparent that a trace viewer is asked for. */
export function traceId(traceparent: string): string {
  return traceparent.split('-')[1] ?? ''
}
