import type { Attempt, Task } from '@throughline/contracts'
import { columns } from '../columns.ts'
import type { Command } from '../command.ts'
import { cost, outcomeName, stateName, taskJson, time, traceId } from '../wording.ts'

export const showTask: Command = {
  words: ['tasks', 'show'],
  operands: '<task>',
  summary: 'Shows a task with its input, its result and every attempt.',
  options: {},
  optionHelp: [],
  count: { least: 1, most: 1 },
  async run({ core, operands: [taskId = ''] }) {
    const { task, input, attempts } = await core.tasks.getTaskHistory({ taskId })
    if (task === undefined) throw new Error('core sent a history without its task')
    return {
      text: [factsOf(task, input), attemptsOf(attempts)].join('\n\n'),
      json: {
        ...taskJson(task),
        input,
        attempts: attempts.map((one) => ({ ...one, outcome: outcomeName(one.outcome) })),
      },
    }
  },
}

function factsOf(task: Task, input: unknown): string {
  const error = task.errorCode && `${task.errorCode}: ${task.errorMessage}`
  const facts = [
    ['task', task.id],
    ['state', stateName(task.state)],
    ['type', task.type],
    ['tenant', task.tenantId],
    ['created', time(task.createdAt)],
    ['changed', time(task.updatedAt)],
    ['cost', cost(task.usage)],
    ['error', error],
    ['input', JSON.stringify(input)],
    ['result', task.result === undefined ? '' : JSON.stringify(task.result)],
  ]
  return columns(facts.filter(([, value]) => value !== ''))
}

function attemptsOf(attempts: readonly Attempt[]): string {
  if (attempts.length === 0) return 'No attempt has begun.'
  const rows = attempts.map((one) => [
    String(one.attempt),
    outcomeName(one.outcome),
    one.workerId,
    time(one.startedAt),
    time(one.endedAt),
    cost(one.usage),
    one.errorCode,
    traceId(one.traceparent),
  ])
  const head = ['attempt', 'outcome', 'worker', 'started', 'ended', 'cost', 'error', 'trace']
  return columns([head, ...rows])
}
