// Why core has no use for an attempt, or no leave for another one.
import { type TaskServiceClient, TaskState } from '@throughline/contracts'
import { isTaskErrorCode, TaskError } from '../errors.ts'

export async function explainEnd(
  core: TaskServiceClient,
  taskId: string,
  { tenantId }: { readonly tenantId: string },
): Promise<TaskError> {
  const { task } = await core.getTask({ tenantId, taskId })
  switch (task?.state) {
    case TaskState.CANCELLED:
      return new TaskError('cancelled')
    case TaskState.DEAD:
      return new TaskError('dead', { consequence: 'stop' })
    case TaskState.FAILED: {
      const code = isTaskErrorCode(task.errorCode) ? task.errorCode : 'task_closed'
      return new TaskError(code, { consequence: 'stop' })
    }
    case TaskState.QUEUED:
    case TaskState.RUNNING:
      return new TaskError('lease_lost')
    default:
      return new TaskError('task_closed')
  }
}
