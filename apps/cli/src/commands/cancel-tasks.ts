import type { Command } from '../command.ts'
import { eachTask } from '../each-task.ts'

export const cancelTasks: Command = {
  words: ['tasks', 'cancel'],
  operands: '<task>...',
  summary: 'Ends tasks that wait or run; what they still do changes nothing.',
  options: {},
  optionHelp: [],
  count: { least: 1, most: 1_000 },
  run: ({ core, operands }) => eachTask(operands, (taskId) => core.tasks.cancelTask({ taskId })),
}
