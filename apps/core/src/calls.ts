// Around every call: its errors leave as a status, and it is reported once, in a log line.
import { type CallContext, ServerError, type ServerMiddlewareCall, Status } from 'nice-grpc'
import type { Logger } from 'pino'
import { toServerError } from './errors.ts'

export interface ReportCallsOptions {
  readonly logger: Logger
  /** Calls that repeat in the background are logged at debug level: a quiet system stays quiet. */
  readonly polls: ReadonlySet<string>
}

export function reportCalls({ logger, polls }: ReportCallsOptions) {
  return async function* <Request, Response>(
    call: ServerMiddlewareCall<Request, Response>,
    context: CallContext,
  ) {
    const method = call.method.path.slice(1)
    const startedAt = performance.now()

    const finish = (code: Status) => {
      const durationMs = performance.now() - startedAt
      return { method, code: Status[code], durationMs: Math.round(durationMs * 10) / 10 }
    }

    try {
      const response = yield* call.next(call.request, context)
      // The caller has given up, and the span and the metric say so: the line agrees with them.
      if (context.signal.aborted) {
        throw new ServerError(Status.CANCELLED, 'Nobody waits for the answer any more')
      }
      logger[polls.has(method) ? 'debug' : 'info'](finish(Status.OK), 'call completed')
      return response
    } catch (thrown) {
      const error = toServerError(thrown)
      const facts = { ...finish(error.code), reason: error.details }
      if (isOurs(error)) logger.error({ ...facts, err: thrown }, 'call failed')
      else logger.info(facts, 'call failed')
      throw error
    }
  }
}

/** Whether somebody here should look; all other statuses are answers to the caller. */
function isOurs({ code }: ServerError): boolean {
  return code === Status.INTERNAL || code === Status.UNAVAILABLE || code === Status.UNKNOWN
}
