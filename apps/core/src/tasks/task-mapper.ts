import {
  type Attempt as AttemptMessage,
  AttemptOutcome,
  type Task as TaskMessage,
  taskStates,
} from '@throughline/contracts'
import type { Prisma } from '../database.ts'
import type { TaskAttempt as AttemptRow, Task as TaskRow } from '../gen/prisma/client.ts'
import { toUsageMessage } from './usage.ts'

const outcomes = {
  completed: AttemptOutcome.COMPLETED,
  failed: AttemptOutcome.FAILED,
  released: AttemptOutcome.RELEASED,
  abandoned: AttemptOutcome.ABANDONED,
  cancelled: AttemptOutcome.CANCELLED,
} as const satisfies Record<NonNullable<AttemptRow['outcome']>, AttemptOutcome>

type TaskWithResult = TaskRow & { readonly result: { readonly result: unknown } | null }

export function toTaskMessage(row: TaskWithResult): TaskMessage {
  return {
    id: row.id,
    tenantId: row.tenantId,
    negotiationId: row.negotiationId ?? '',
    type: row.type,
    state: taskStates[row.state],
    attempt: row.attempt,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    result: toStruct(row.result?.result),
    errorCode: row.errorCode ?? '',
    errorMessage: row.errorMessage ?? '',
    usage: toUsageMessage(row),
  }
}

export function toAttemptMessage(row: Omit<AttemptRow, 'taskId' | 'reportedAt'>): AttemptMessage {
  return {
    attempt: row.attempt,
    workerId: row.workerId,
    traceparent: row.traceparent ?? '',
    startedAt: row.startedAt,
    endedAt: row.endedAt ?? undefined,
    outcome: toOutcomeMessage(row.outcome),
    errorCode: row.errorCode ?? '',
    usage: toUsageMessage(row),
  }
}

export function toOutcomeMessage(outcome: AttemptRow['outcome']): AttemptOutcome {
  return outcome ? outcomes[outcome] : AttemptOutcome.UNSPECIFIED
}

/** Core only keeps JSON objects. */
export function toStruct(json: unknown): Prisma.JsonObject | undefined {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as Prisma.JsonObject)
    : undefined
}
