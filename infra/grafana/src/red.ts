// Rate, errors and duration out of the collector's span metrics, which count every span before sampling.

/** Spans that serve somebody: an HTTP or gRPC request, a job. */
export const serving = 'span_kind=~"SPAN_KIND_(SERVER|CONSUMER)"'
const failed = 'status_code="STATUS_CODE_ERROR"'

export function rate(by: string, matchers: string): string {
  return `sum by (${by}) (rate(traces_span_metrics_calls_total{${matchers}}[$__rate_interval]))`
}

/** From 0 to 1. Nothing that failed is a 0, not a gap. */
export function errorRatio(by: string, matchers: string): string {
  const all = rate(by, matchers)
  return `${rate(by, `${matchers}, ${failed}`)} / ${all} or 0 * ${all}`
}

/** In milliseconds. */
export function quantile(share: number, by: string, matchers: string): string {
  const buckets = `rate(traces_span_metrics_duration_milliseconds_bucket{${matchers}}[$__rate_interval])`
  return `histogram_quantile(${share}, sum by (${by}, le) (${buckets}))`
}
