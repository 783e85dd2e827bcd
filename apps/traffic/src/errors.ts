// Why a visit ended early. Made here out of whatever fetch and the gateway say; `code` becomes the span's error.type.

export type VisitErrorCode =
  /** No connection, or the gateway says that it cannot serve now: a reason to come back later. */
  | 'gateway_away'
  /** Our own stop. */
  | 'stopped'
  | 'timeout'
  /** The task had not ended when the shopper lost patience. */
  | 'unfinished'
  /** An answer that no shopper should get. */
  | 'unexpected_answer'

export class VisitError extends Error {
  override readonly name = 'VisitError'
  readonly code: VisitErrorCode

  constructor(code: VisitErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.code = code
  }
}

/** Total: whatever fetch, a stream or an aborted pause throws. */
export function toVisitError(err: unknown, stopping: AbortSignal): VisitError {
  if (err instanceof VisitError) return err
  if (stopping.aborted) return new VisitError('stopped', 'The process stops', { cause: err })
  if (err instanceof Error && err.name === 'TimeoutError') {
    return new VisitError('timeout', 'The gateway did not answer in time', { cause: err })
  }
  // A TypeError is how fetch reports every failure of the network.
  if (err instanceof TypeError) {
    return new VisitError('gateway_away', 'The gateway cannot be reached', { cause: err })
  }
  return new VisitError('unexpected_answer', 'The answer cannot be read', { cause: err })
}

export function refusalError(path: string, status: number, text: string): VisitError {
  const away = status === 502 || status === 503 || status === 504
  const code = away ? 'gateway_away' : 'unexpected_answer'
  return new VisitError(code, `${path} answered ${status}: ${text.slice(0, 200)}`)
}
