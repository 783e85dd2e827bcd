// HTTP requests through `fetch` and undici, without what their URLs ask: a query may hold a key, or words to search for.
// Nor is the path kept of one to a host outside, whose webhooks and bots are called by a path with a token in it.
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici'
import { ATTR_URL_FULL, ATTR_URL_PATH, ATTR_URL_QUERY } from '@opentelemetry/semantic-conventions'
import type { InsideRule } from './outgoing/inside-hosts.ts'

export function createUndiciInstrumentation(isInside: InsideRule): UndiciInstrumentation {
  return new UndiciInstrumentation({
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
}
