import type { TaskServiceImplementation } from '@throughline/contracts'
import type { Database } from '../database.ts'
import { cancelTask } from './cancel-task.ts'
import { completeTask } from './complete-task.ts'
import { failTask } from './fail-task.ts'
import { getTask } from './get-task.ts'
import { getTaskHistory } from './get-task-history.ts'
import { listTasks } from './list-tasks.ts'
import { releaseTask } from './release-task.ts'
import { reportUsage } from './report-usage.ts'
import { retryTask } from './retry-task.ts'
import { startTask } from './start-task.ts'
import { submitTask } from './submit-task.ts'

export interface TaskServiceOptions extends QueueHooks {
  readonly database: Database
}

/** What the queue has to hear of a task. */
export interface QueueHooks {
  /** Before a task is committed: throws when too many wait. */
  readonly admit: () => void
  /** After a commit: a task waits for its turn. */
  readonly onTaskQueued: () => void
  /** After a commit: a task has ended. */
  readonly onPlaceFreed: () => void
  /** After a commit, once or more: the attempt that may be running is to be told. No retry comes in between. */
  readonly onCancelled: (taskId: string) => Promise<void>
  /** Before a task that has ended is queued again: whatever calls it cancelled has to be gone by then. */
  readonly beforeRetry: (taskId: string) => Promise<void>
}

export function taskService({ database, ...queue }: TaskServiceOptions): TaskServiceImplementation {
  return {
    submitTask: (request, { signal }) => submitTask(database, request, queue, signal),
    getTask: (request) => getTask(database, request),
    listTasks: (request) => listTasks(database, request),
    getTaskHistory: (request) => getTaskHistory(database, request),
    async cancelTask(request) {
      const response = await cancelTask(database, request, queue.onCancelled)
      queue.onPlaceFreed()
      return response
    },
    async retryTask(request) {
      const response = await retryTask(database, request, queue.beforeRetry)
      queue.onTaskQueued()
      return response
    },

    startTask: (request) => startTask(database, request),
    async completeTask(request) {
      const response = await completeTask(database, request)
      queue.onPlaceFreed()
      return response
    },
    async failTask(request) {
      const response = await failTask(database, request)
      if (!response.willRetry) queue.onPlaceFreed()
      return response
    },
    releaseTask: (request) => releaseTask(database, request),
    reportUsage: (request) => reportUsage(database, request),
  }
}
