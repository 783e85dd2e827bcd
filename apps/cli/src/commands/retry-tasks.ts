import type { Command } from '../command.ts'
import { eachTask } from '../each-task.ts'

export const retryTasks: Command = {
  words: ['tasks', 'retry'],
  operands: '<task>...',
  summary: 'Queues failed, dead or cancelled tasks again.',
  options: {},
  optionHelp: [],
  count: { least: 1, most: 1_000 },
  run: ({ core, operands }) => eachTask(operands, (taskId) => core.tasks.retryTask({ taskId })),
}
