// What came of sending a batch once. The rule is OTLP's: what the receiver calls temporary, and whatever happens to a
// connection, may be tried again; the rest never.
export type Outcome = Accepted | Failure

export interface Accepted {
  readonly is: 'accepted'
  /** Out of the batch, thrown away by the receiver: OTLP's partial success. */
  readonly rejectedCount: number
  /** What the receiver, or the reader of its answer, has to say all the same. */
  readonly remark?: string
}

export interface Failure {
  readonly is: 'refused' | 'postponed'
  /** A status or a system's error code, for a metric: never a message. */
  readonly errorType: string
  readonly message: string
  /** What the receiver asks to wait. */
  readonly retryAfterMs?: number
}

/** Sends encoded items under a deadline of its own; gives up at once when told to. Never rejects. */
export type Send = (data: Uint8Array, signal: AbortSignal) => Promise<Outcome>

/** Reads the answer to a request that was taken. */
export type ReadAnswer = (answer: Uint8Array) => Accepted
