// HTTP requests through `fetch` and undici, without what their URLs ask: a query may hold a key, or words to search for.
// Nor is the path kept of one to a host outside, whose webhooks and bots are called by a path with a token in it.
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici'
import { ATTR_URL_FULL, ATTR_URL_PATH, ATTR_URL_QUERY } from '@opentelemetry/semantic-conventions'
import type { InsideRule } from './outgoing/inside-hosts.ts'

interface Internals {
  onError(failed: { request: object; error: Error }): void
}

export function createUndiciInstrumentation(isInside: InsideRule): UndiciInstrumentation {
  const instrumentation = new UndiciInstrumentation({
    requireParentforSpans: true,
    startSpanHook: ({ origin, path }) => {
      if (!isInside(new URL(origin).hostname)) {
        return {
          [ATTR_URL_FULL]: `${origin}/REDACTED`,
          [ATTR_URL_PATH]: undefined,
          [ATTR_URL_QUERY]: undefined,
        }
      }
      return {
        [ATTR_URL_FULL]: `${origin}${path.replace(/\?.*/s, '?REDACTED')}`,
        [ATTR_URL_QUERY]: undefined,
      }
    },
  })
  // It listens by functions that it has bound.
  instrumentation.disable()
  const internals = instrumentation as unknown as Internals
  const { onError } = internals
  internals.onError = ({ request, error }) =>
    onError.call(instrumentation, { request, error: withoutNumber(error) })
  instrumentation.enable()
  return instrumentation
}

/** A timeout would be called 23, which is the code of every `DOMException` that is one. */
function withoutNumber(error: Error): Error {
  const { code, name, message, stack = '' }: Error & { code?: unknown } = error
  return typeof code === 'number' ? { name, message, stack } : error
}
