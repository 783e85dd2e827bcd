// Core's values as a terminal shows them and as a person types them.
import { AttemptOutcome, type Task, TaskState, type Usage } from '@throughline/contracts'
import { UsageError } from './errors.ts'

const states = {
  queued: TaskState.QUEUED,
  running: TaskState.RUNNING,
  completed: TaskState.COMPLETED,
  failed: TaskState.FAILED,
  cancelled: TaskState.CANCELLED,
  dead: TaskState.DEAD,
} as const

const outcomes: Readonly<Record<number, string>> = {
  [AttemptOutcome.UNSPECIFIED]: 'running',
  [AttemptOutcome.COMPLETED]: 'completed',
  [AttemptOutcome.FAILED]: 'failed',
  [AttemptOutcome.RELEASED]: 'handed back',
  [AttemptOutcome.ABANDONED]: 'lost',
  [AttemptOutcome.CANCELLED]: 'cancelled',
}

export const stateNames = Object.keys(states)

export function parseState(name: string): TaskState {
  const state = new Map<string, TaskState>(Object.entries(states)).get(name)
  if (state === undefined) {
    throw new UsageError(`--state is one of ${stateNames.join(', ')}, not "${name}"`)
  }
  return state
}

export function stateName(value: TaskState): string {
  return Object.entries(states).find(([, state]) => state === value)?.[0] ?? `state ${value}`
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
