// One attempt at a task: what every step of it needs to know.
import type { Span } from '@opentelemetry/api'
import type { StartTaskResponse, TaskType } from '@throughline/contracts'
import type { Logger } from 'pino'
import type { CheckpointOwner } from '../checkpoints/checkpoint-store.ts'
import type { Spending } from '../cost/spending.ts'
import type { TaskEvents } from '../events/task-events.ts'

export interface Attempt extends CheckpointOwner {
  readonly taskType: TaskType
  readonly started: StartTaskResponse
  /** As `performance.now()` tells it. */
  readonly startedAt: number
  /** `run task` */
  readonly span: Span
  readonly events: TaskEvents
  readonly spending: Spending
  /** Aborted when the lease is lost or the worker has to stop. */
  readonly signal: AbortSignal
  readonly logger: Logger
}
