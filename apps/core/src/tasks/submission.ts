// One submission under a name that its caller gave it. However often it is sent, and by whatever it overtakes itself, it
// becomes one task.
import { createHash } from 'node:crypto'
import type { Database } from '../database.ts'
import { DomainError } from '../errors.ts'

export interface Submission {
  readonly key: string
  /** Of everything that was asked for. */
  readonly digest: string
}

export interface SubmittedTask {
  readonly id: string
  readonly negotiationId: string | null
}

/** `asked` is what validation has made of the request: the same words in the same order. */
export function nameSubmission(key: string | undefined, asked: unknown): Submission | undefined {
  if (key === undefined) return undefined
  return { key, digest: createHash('sha256').update(JSON.stringify(asked)).digest('base64url') }
}

/** The task that the submission became before. Throws when its name belongs to another one. */
export async function findSubmitted(
  database: Database,
  tenantId: string,
  submission: Submission | undefined,
): Promise<SubmittedTask | undefined> {
  if (submission === undefined) return undefined
  const task = await database.task.findFirst({
    where: { tenantId, idempotencyKey: submission.key },
    select: { id: true, negotiationId: true, requestDigest: true },
  })
  if (task === null) return undefined
  if (task.requestDigest === submission.digest) return task
  throw new DomainError(
    'failed_precondition',
    'The idempotency key was used for another request before',
  )
}

/** After the other one of two that were sent at once has won. */
export async function requireSubmitted(
  ...args: Parameters<typeof findSubmitted>
): Promise<SubmittedTask> {
  const task = await findSubmitted(...args)
  if (task) return task
  throw new DomainError('unavailable', 'The task of this submission has just been forgotten')
}
