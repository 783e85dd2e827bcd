// What core puts on the queue and the orchestrator takes off it.
import { z } from 'zod'
import { taskTypeSchema } from './task-types.ts'

export const taskQueueName = 'throughline-tasks'

/** The job's id is the task's id, so that enqueueing twice is enqueueing once. */
export const taskJobSchema = z.object({
  taskId: z.uuid(),
  tenantId: z.string().min(1),
  taskType: taskTypeSchema,
})

export type TaskJob = z.infer<typeof taskJobSchema>
