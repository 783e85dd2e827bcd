import { type Task, taskStateNames } from '@throughline/contracts'
import { columns } from '../columns.ts'
import type { Command } from '../command.ts'
import { UsageError } from '../errors.ts'
import { cost, parseState, stateName, taskJson, time } from '../wording.ts'

const defaultLimit = 20
const pageSize = 100
const mostTasks = 10_000

export const listTasks: Command = {
  words: ['tasks', 'list'],
  operands: '',
  summary: 'Lists tasks, newest first; --state dead is the dead-letter list.',
  options: {
    state: { type: 'string' },
    tenant: { type: 'string' },
    limit: { type: 'string' },
  },
  optionHelp: [
    ['--state <state>', `only those that are ${taskStateNames.join(', ')}`],
    ['--tenant <id>', 'only those of one tenant'],
    ['--limit <number>', `how many at most; ${defaultLimit} unless given`],
  ],
  count: { least: 0, most: 0 },
  async run({ core, options }) {
    const state = options.state === undefined ? undefined : parseState(String(options.state))
    const limit = parseLimit(options.limit)
    const tasks: Task[] = []
    let pageToken = ''
    do {
      const page = await core.tasks.listTasks({
        state,
        tenantId: options.tenant === undefined ? '' : String(options.tenant),
        pageSize: Math.min(limit - tasks.length, pageSize),
        pageToken,
      })
      tasks.push(...page.tasks)
      pageToken = page.nextPageToken
    } while (pageToken !== '' && tasks.length < limit)
    return { text: tableOf(tasks, pageToken !== ''), json: tasks.map(taskJson) }
  },
}

function tableOf(tasks: readonly Task[], more: boolean): string {
  if (tasks.length === 0) return 'No such task.'
  const rows = tasks.map((task) => [
    task.id,
    stateName(task.state),
    task.type,
    task.tenantId,
    String(task.attempt),
    time(task.createdAt),
    cost(task.usage),
    task.errorCode,
  ])
  const head = ['task', 'state', 'type', 'tenant', 'attempts', 'created', 'cost', 'error']
  const table = columns([head, ...rows])
  return more ? `${table}\nThere are more: --limit shows them.` : table
}

function parseLimit(value: string | boolean | undefined): number {
  if (value === undefined) return defaultLimit
  const limit = Number(value)
  if (Number.isInteger(limit) && limit >= 1 && limit <= mostTasks) return limit
  throw new UsageError(`--limit is a whole number from 1 to ${mostTasks}, not "${value}"`)
}
