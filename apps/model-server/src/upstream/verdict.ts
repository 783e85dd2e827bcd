// What a failure tells about the provider. A caller's slip, or leave, tells nothing; that it is answered is a sign of life.
import { ModelServerError } from '../errors.ts'
import type { Verdict } from './circuit-breaker.ts'
import { ProviderRefusal } from './provider-refusal.ts'

const healthy = new Set<string>(['cancelled', 'stopping'])

export function verdictOf(err: unknown): Verdict {
  if (err instanceof ProviderRefusal) return err.status >= 500 ? 'ill' : 'well'
  return err instanceof ModelServerError && !healthy.has(err.code) ? 'ill' : 'unknown'
}
