// What our caller hears of a failure: in place of an answer or, once that has begun, at its end.
import { cutShort } from '../cut-short.ts'
import { ModelServerError } from '../errors.ts'
import type { ForwardedRequest } from './exchange.ts'
import { ProviderRefusal } from './provider-refusal.ts'
import { retryAfterSeconds } from './retry-after.ts'

/** Throws what the app has an answer for. */
export function tellCaller(
  err: unknown,
  { stream, reply }: Pick<ForwardedRequest, 'stream' | 'reply'>,
): void {
  const refusal = err instanceof ProviderRefusal ? err : undefined
  const failure = refusal === undefined ? err : translate(refusal)
  const words = refusal !== undefined && isForCaller(refusal) ? refusal.body : undefined
  if (stream?.isOpen()) {
    const body = cutShort(failure, reply.log)
    stream.send(words === undefined ? body : JSON.parse(words))
    return
  }
  if (refusal === undefined || words === undefined) throw failure
  const { status, headers } = refusal
  if (status === 429 || status >= 500) reply.log.warn({ err: failure }, 'request failed')
  const waitSeconds = retryAfterSeconds(headers)
  if (waitSeconds !== undefined) reply.header('retry-after', waitSeconds)
  reply.code(status).type('application/json; charset=utf-8').send(words)
}

/** In the provider's own words: what it says of this answer, or of a slip in the request. Not of our key, nor of itself. */
function isForCaller({ status, isInStream }: ProviderRefusal): boolean {
  return !isAboutUs(status) && (isInStream || (status >= 400 && status < 500))
}

function isAboutUs(status: number): boolean {
  return status === 401 || status === 403 || status === 407
}

function translate(refusal: ProviderRefusal): ModelServerError {
  const { status, headers } = refusal
  const waitSeconds = retryAfterSeconds(headers)
  const options = {
    cause: refusal,
    ...(waitSeconds !== undefined && { retryAfterSeconds: waitSeconds }),
  }
  if (isAboutUs(status)) {
    return new ModelServerError('upstream_refused', 'The provider refuses this server', options)
  }
  if (status === 429) {
    return new ModelServerError('upstream_limited', 'The provider takes no more now', options)
  }
  if (status === 503) {
    return new ModelServerError('upstream_unavailable', 'The provider is not available', options)
  }
  if (status >= 500) {
    return new ModelServerError('upstream_failed', `The provider failed with ${status}`, options)
  }
  const message = `The provider answered ${status}, which is no answer of this API`
  return new ModelServerError('upstream_invalid', message, options)
}
