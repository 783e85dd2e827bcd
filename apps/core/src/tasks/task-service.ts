import type { TaskServiceImplementation } from '@throughline/contracts'
import type { Database } from '../database.ts'
import { completeTask } from './complete-task.ts'
import { failTask } from './fail-task.ts'
import { getTask } from './get-task.ts'
import { startTask } from './start-task.ts'

export function taskService(database: Database): TaskServiceImplementation {
  return {
    getTask: (request) => getTask(database, request),
    startTask: (request) => startTask(database, request),
    completeTask: (request) => completeTask(database, request),
    failTask: (request) => failTask(database, request),
  }
}
