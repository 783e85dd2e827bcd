// HTTP requests through `fetch` and undici, without what their URLs ask: a query may hold a key, or words to search for.
// Nor is the path kept of one to a host outside, whose webhooks and bots are called by a path with a token in it.
import { type Attributes, type Histogram, type HrTime, ROOT_CONTEXT } from '@opentelemetry/api'
import { hrTime, hrTimeDuration, hrTimeToMilliseconds } from '@opentelemetry/core'
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici'
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_NETWORK_PROTOCOL_VERSION,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_URL_FULL,
  ATTR_URL_PATH,
  ATTR_URL_QUERY,
  ATTR_URL_SCHEME,
} from '@opentelemetry/semantic-conventions'
import { createSeriesOf } from './histograms/series-of.ts'
import { createOriginRule, type InsideRule } from './outgoing/inside-hosts.ts'

interface Internals {
  readonly _httpClientDurationHistogram: Histogram
  onError(failed: { request: object; error: Error }): void
  recordRequestDuration(attributes: Attributes, startedAt: HrTime): void
}

export function createUndiciInstrumentation(isInside: InsideRule): UndiciInstrumentation {
  const isOriginInside = createOriginRule(isInside)
  const instrumentation = new UndiciInstrumentation({
    requireParentforSpans: true,
    startSpanHook: ({ origin, path }) => {
      if (!isOriginInside(String(origin))) {
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
  internals.recordRequestDuration = (attributes, startedAt) => {
    const seconds = hrTimeToMilliseconds(hrTimeDuration(startedAt, hrTime())) / 1_000
    // Given a context, nothing has to look for the active one.
    internals._httpClientDurationHistogram.record(seconds, seriesOf(attributes), ROOT_CONTEXT)
  }
  instrumentation.enable()
  return instrumentation
}

const seriesOf = createSeriesOf([
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_URL_SCHEME,
  ATTR_ERROR_TYPE,
  ATTR_NETWORK_PROTOCOL_VERSION,
])

/** A timeout would be called 23, which is the code of every `DOMException` that is one. */
function withoutNumber(error: Error): Error {
  const { code, name, message, stack = '' }: Error & { code?: unknown } = error
  return typeof code === 'number' ? { name, message, stack } : error
}
