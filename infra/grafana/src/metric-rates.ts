// Counters and histograms of the services, as rates over the time that Grafana thinks right for the screen.

export const perSecond = (by: string, metric: string) =>
  `sum by (${by}) (rate(${metric}[$__rate_interval]))`

export const total = (metric: string) => `sum(rate(${metric}[$__rate_interval]))`

/** `by` ends in a comma unless it is empty: `model, `. */
export const quantile = (share: number, by: string, metric: string) =>
  `histogram_quantile(${share}, sum by (${by}le) (rate(${metric}_bucket[$__rate_interval])))`

/** A counter begins with its first event. Until then it is zero for each of those that another metric knows. */
export const orZeroFor = (by: string, expr: string, known: string) =>
  `${expr} or sum by (${by}) (rate(${known}[$__rate_interval])) * 0`
