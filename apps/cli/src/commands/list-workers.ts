import type { Worker } from '@throughline/contracts'
import { columns } from '../columns.ts'
import type { Command } from '../command.ts'
import { time } from '../wording.ts'

export const listWorkers: Command = {
  words: ['workers', 'list'],
  operands: '',
  summary: 'Lists the workers that are alive, with what they run.',
  options: {},
  optionHelp: [],
  count: { least: 0, most: 0 },
  async run({ core }) {
    const { workers } = await core.workers.listWorkers({})
    return { text: tableOf(workers), json: workers }
  },
}

function tableOf(workers: readonly Worker[]): string {
  if (workers.length === 0) return 'No worker is alive.'
  const rows = workers.map((worker) => [
    worker.id,
    worker.draining ? 'draining' : 'working',
    `${worker.taskIds.length} of ${worker.slots}`,
    time(worker.startedAt),
    time(worker.lastHeartbeatAt),
  ])
  return columns([['worker', 'state', 'tasks', 'started', 'heartbeat'], ...rows])
}
