// What can go wrong here, and what a caller is told of it. Everything leaves core through `toServerError`.
import { ServerError, Status } from 'nice-grpc'
import { isDatabaseUnavailable } from './database-unavailable.ts'

export type DomainErrorCode =
  | 'invalid_argument'
  | 'not_found'
  | 'failed_precondition'
  | 'resource_exhausted'
  | 'unavailable'

/** A refusal that the caller can act on; its message is part of the answer. */
export class DomainError extends Error {
  override readonly name = 'DomainError'
  readonly code: DomainErrorCode

  constructor(code: DomainErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

const statusOfDomainError = {
  invalid_argument: Status.INVALID_ARGUMENT,
  not_found: Status.NOT_FOUND,
  failed_precondition: Status.FAILED_PRECONDITION,
  resource_exhausted: Status.RESOURCE_EXHAUSTED,
  unavailable: Status.UNAVAILABLE,
} as const satisfies Record<DomainErrorCode, Status>

/** Total: whatever was thrown becomes a status, and nothing unforeseen shows its message. */
export function toServerError(thrown: unknown): ServerError {
  if (thrown instanceof ServerError) return thrown
  if (thrown instanceof DomainError) {
    return new ServerError(statusOfDomainError[thrown.code], thrown.message)
  }
  if (isAbort(thrown)) return new ServerError(Status.CANCELLED, 'The call was cancelled')
  if (isDatabaseUnavailable(thrown)) {
    return new ServerError(Status.UNAVAILABLE, 'The database does not answer')
  }
  return new ServerError(Status.INTERNAL, 'Internal error')
}

function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError'
}
