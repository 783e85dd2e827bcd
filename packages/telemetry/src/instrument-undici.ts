// HTTP requests through `fetch` and undici, without what their URLs ask: a query may hold a key, or words to search for.
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici'
import { ATTR_URL_FULL, ATTR_URL_QUERY } from '@opentelemetry/semantic-conventions'

export function createUndiciInstrumentation(): UndiciInstrumentation {
  return new UndiciInstrumentation({
    requireParentforSpans: true,
    startSpanHook: ({ origin, path }) => ({
      [ATTR_URL_FULL]: `${origin}${path.replace(/\?.*/s, '?REDACTED')}`,
      [ATTR_URL_QUERY]: undefined,
    }),
  })
}
