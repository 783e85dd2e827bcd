// What a failure tells about the provider: nothing, when the request had come to its own end; that it is answered, with
// a caller's slip or whatever else, is a sign of life.
import { ModelServerError } from '../errors.ts'
import type { Verdict } from './circuit-breaker.ts'
import { ProviderRefusal } from './provider-refusal.ts'

export function verdictOf(err: unknown, request: AbortSignal): Verdict {
  // The caller left, or gave it less time than it needed, or we stop.
  if (request.aborted) return 'unknown'
  if (err instanceof ProviderRefusal) return err.status >= 500 ? 'ill' : 'well'
  return err instanceof ModelServerError ? 'ill' : 'unknown'
}
