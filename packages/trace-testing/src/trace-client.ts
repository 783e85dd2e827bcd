// Waits for a trace on conditions, never for a time: spans of one trace arrive from several processes, in batches.
import { buildTree, type TraceTree } from './build-tree.ts'
import { describePromise, findGaps, isKept, type SpanPromise } from './find-gaps.ts'
import { formatTree } from './format-tree.ts'
import { lensSource } from './lens-source.ts'
import type { TraceAnswer, TraceSource } from './trace-source.ts'

export interface TraceClient {
  /** Resolves when the trace is whole; rejects at the deadline with the tree so far and what it lacks. */
  readonly waitForTrace: (traceId: string, options?: WaitOptions) => Promise<TraceTree>
}

export interface WaitOptions {
  /** Spans that must be there: a name, or fields that one span must have. */
  readonly spans?: readonly SpanPromise[]
  /** Any other condition on the tree. */
  readonly until?: (tree: TraceTree) => boolean
  /** Spans outside, that the trace hangs from and that will never arrive. */
  readonly callers?: readonly string[]
  /** Whether a PRODUCER span needs a CONSUMER below it or linked to it. True unless told otherwise. */
  readonly awaitConsumers?: boolean
  readonly timeoutMs?: number
  /** How long nothing may have arrived. Longer than the senders' batches wait. */
  readonly quietMs?: number
}

export type TraceClientOptions = { readonly baseUrl: string } | { readonly source: TraceSource }

export class TraceIncompleteError extends Error {
  override readonly name = 'TraceIncompleteError'
  readonly missing: readonly string[]
  readonly #tree: TraceTree | undefined

  constructor(message: string, missing: readonly string[], tree?: TraceTree, cause?: unknown) {
    super(message, { cause })
    this.missing = missing
    this.#tree = tree
  }

  /** Absent when nothing of the trace was seen. A getter, so that printing the error does not print every span. */
  get tree(): TraceTree | undefined {
    return this.#tree
  }
}

const pollMs = 50
const longestHoldMs = 1_000

export function createTraceClient(options: TraceClientOptions): TraceClient {
  const source = 'source' in options ? options.source : lensSource(options)
  return { waitForTrace: (traceId, wait = {}) => waitForTrace(source, traceId, wait) }
}

async function waitForTrace(
  source: TraceSource,
  traceId: string,
  wait: WaitOptions,
): Promise<TraceTree> {
  const { timeoutMs = 10_000, quietMs = 500, callers = [] } = wait
  const deadline = performance.now() + timeoutMs
  const signal = AbortSignal.timeout(timeoutMs)
  let answer: TraceAnswer | undefined
  let failure: unknown
  let changedAt = performance.now()
  do {
    const waitMs = Math.min(longestHoldMs, (deadline - performance.now()) / 2)
    try {
      const latest = await source.getTrace(traceId, { waitMs, callers, signal })
      failure = undefined
      if (sizeOf(latest) !== sizeOf(answer)) changedAt = performance.now()
      answer = latest
    } catch (err) {
      // Until the deadline: a backend may be late to start. Then this is the story to tell.
      if (!signal.aborted) failure = err
    }
    if (answer !== undefined && performance.now() - changedAt >= quietMs) {
      const tree = buildTree(answer.trace, { callers })
      if (missingIn(tree, answer, wait).length === 0) return tree
    }
    await pause(Math.min(pollMs, deadline - performance.now()))
  } while (performance.now() < deadline)

  throw incomplete(traceId, answer, wait, performance.now() - changedAt, failure)
}

function missingIn(tree: TraceTree, { losses }: TraceAnswer, wait: WaitOptions): string[] {
  const { spans = [], until, awaitConsumers = true } = wait
  return [
    ...losses,
    ...findGaps(tree, { awaitConsumers }),
    ...spans
      .filter((promise) => !isKept(promise, tree))
      .map((promise) => `promised and not seen: ${describePromise(promise)}`),
    ...(until === undefined || until(tree) ? [] : ['the condition of `until` does not hold']),
  ]
}

function incomplete(
  traceId: string,
  answer: TraceAnswer | undefined,
  wait: WaitOptions,
  quietForMs: number,
  failure: unknown,
): TraceIncompleteError {
  const { timeoutMs = 10_000, quietMs = 500, callers } = wait
  const tree = answer && buildTree(answer.trace, { callers })
  const missing = [
    ...(failure === undefined ? [] : [`asking the backend failed: ${describe(failure)}`]),
    ...(answer && tree ? missingIn(tree, answer, wait) : ['no span of it was seen']),
    ...(quietForMs < quietMs
      ? [`still arriving: the last change is ${quietForMs | 0} ms old`]
      : []),
  ]
  const seen = tree ? `\n\nSeen so far:\n\n${formatTree(tree)}` : ''
  return new TraceIncompleteError(
    `Trace ${traceId} was not complete within ${timeoutMs} ms:\n${missing.map((each) => `  ${each}`).join('\n')}${seen}`,
    missing,
    tree,
    failure,
  )
}

function sizeOf(answer: TraceAnswer | undefined): string {
  return answer === undefined ? '' : `${answer.trace.spans.length}/${answer.trace.logs.length}`
}

function describe(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure)
  const { message, cause } = failure
  // One for each address that was tried, which has no words of its own.
  if (failure instanceof AggregateError && message === '') {
    return failure.errors.map(describe).join('; ')
  }
  const reason = cause === undefined ? '' : describe(cause)
  return message.includes(reason) ? message : `${message}: ${reason}`
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)))
}
