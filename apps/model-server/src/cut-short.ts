// A failure after the status has been sent: what the caller hears of it at the end of the stream, the log, and the
// request's span, which has the status of a success.
import { SpanStatusCode, trace } from '@opentelemetry/api'
import type { FastifyBaseLogger } from 'fastify'
import { type ErrorBody, errorTypeOf, refusalOf } from './errors.ts'

/** Returns what goes into the stream in the place of the rest. */
export function cutShort(err: unknown, logger: FastifyBaseLogger): ErrorBody {
  const { status, body, log } = refusalOf(err)
  if (log !== undefined) logger[log]({ err }, 'completion cut short')
  if (status >= 500) {
    trace
      .getActiveSpan()
      ?.setAttribute('error.type', errorTypeOf(err))
      .setStatus({ code: SpanStatusCode.ERROR })
  }
  return body
}
