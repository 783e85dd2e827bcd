// One request for each of several tasks: what can be done is done, and what could not is said at the end.
import type { Task } from '@throughline/contracts'
import type { Answer } from './command.ts'
import { CommandFailure, describeError } from './errors.ts'
import { stateName, taskJson } from './wording.ts'

export async function eachTask(
  taskIds: readonly string[],
  request: (taskId: string) => Promise<{ task: Task | undefined }>,
): Promise<Answer> {
  const changed: Task[] = []
  const problems: string[] = []
  for (const taskId of taskIds) {
    try {
      const { task } = await request(taskId)
      if (task !== undefined) changed.push(task)
    } catch (err) {
      problems.push(`${taskId}: ${describeError(err).message}`)
    }
  }
  if (problems.length > 0) {
    const done = changed.length === 0 ? '' : ` (${changed.length} others were done)`
    throw new CommandFailure(`${problems.join('\n')}${done}`)
  }
  return {
    text: changed.map(({ id, state }) => `${id} is ${stateName(state)}`).join('\n'),
    json: changed.map(taskJson),
  }
}
