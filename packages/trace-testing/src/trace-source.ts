// Where traces come from. One implementation a backend; everything else in this package works on any of them.
import type { Trace } from './trace.ts'

export interface TraceSource {
  /** Undefined when the backend holds nothing of this trace. */
  readonly getTrace: (traceId: string, options: GetTraceOptions) => Promise<TraceAnswer | undefined>
}

export interface GetTraceOptions {
  /** A backend that knows when a trace is complete may hold its answer for this long; 0 asks for what is there. */
  readonly waitMs: number
  /** Spans outside, whose absence does not make the trace incomplete. */
  readonly callers: readonly string[]
  readonly signal: AbortSignal
}

export interface TraceAnswer {
  readonly trace: Trace
  /** What the backend itself admits to have lost of this trace. */
  readonly losses: readonly string[]
}
