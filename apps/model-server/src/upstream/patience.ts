// One signal for all that ends an exchange: whatever ends the request, and a provider that keeps us waiting.
import { ModelServerError } from '../errors.ts'

export interface Patience {
  readonly signal: AbortSignal
  /** From now on `what` has to come within this time. */
  readonly expect: (what: string, withinMs: number) => void
  /** Nobody waits for the provider. */
  readonly rest: () => void
  /** Lets go of what is left of the exchange. */
  readonly end: () => void
}

export function createPatience(request: AbortSignal): Patience {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const rest = () => clearTimeout(timer)
  const follow = () => controller.abort(request.reason)
  if (request.aborted) follow()
  request.addEventListener('abort', follow, { once: true })
  return {
    signal: controller.signal,
    expect: (what, withinMs) => {
      rest()
      timer = setTimeout(() => {
        const message = `The provider sent no ${what} within ${withinMs} ms`
        controller.abort(new ModelServerError('timeout', message))
      }, withinMs)
    },
    rest,
    end: () => {
      rest()
      request.removeEventListener('abort', follow)
      controller.abort()
    },
  }
}
