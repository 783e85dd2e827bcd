// Why a report of an attempt changed nothing: it was repeated, or it came too late.
import { WriteOutcome } from '@throughline/contracts'
import { z } from 'zod'
import type { Database } from '../database.ts'
import { DomainError } from '../errors.ts'

export const attemptNumber = z.int().min(1, 'must be at least 1')

export async function explainUnapplied(
  database: Database,
  taskId: string,
  attempt: number,
): Promise<{ outcome: WriteOutcome; willRetry: boolean }> {
  const row = await database.taskAttempt.findUnique({
    where: { taskId_attempt: { taskId, attempt } },
    select: { outcome: true, task: { select: { endedAt: true } } },
  })
  if (!row) throw new DomainError('not_found', `The task has no attempt ${attempt}`)
  const reported = row.outcome === 'completed' || row.outcome === 'failed'
  return {
    outcome: reported ? WriteOutcome.DUPLICATE : WriteOutcome.STALE,
    willRetry: row.task.endedAt === null,
  }
}
