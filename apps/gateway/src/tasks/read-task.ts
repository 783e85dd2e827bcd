// Reads a task of the caller's tenant from core.
import type { Task } from '@throughline/contracts'
import type { Core } from '../core-client.ts'

export interface TaskReference {
  readonly tenantId: string
  readonly taskId: string
}

export async function readTask(
  tasks: Core['tasks'],
  { tenantId, taskId }: TaskReference,
  signal?: AbortSignal,
): Promise<Task> {
  return taskIn(await tasks.getTask({ tenantId, taskId }, { signal }))
}

export function taskIn({ task }: { readonly task?: Task | undefined }): Task {
  if (task === undefined) throw new Error('core answered without a task')
  return task
}
