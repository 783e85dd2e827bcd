// Grafana's variables in a query, as it fills them in before it asks.

/** The variables of our dashboards, where "All" stands for every value, and those that Grafana brings. */
export interface Values {
  readonly traceId: string
  readonly spanName: string
}

export function fillIn(query: string, { traceId, spanName }: Values): string {
  const values: Readonly<Record<string, string>> = {
    __rate_interval: '1m',
    __range: '15m',
    route: '.+',
    service: '.+',
    trace: traceId,
    '__trace.traceId': traceId,
    '__span.name': spanName,
  }
  return query.replaceAll(/\$(?:\{([\w.]+)\}|(\w+))/g, (variable, braced, bare) => {
    const value = values[braced ?? bare]
    if (value === undefined) throw new Error(`${variable} is no variable that is known here`)
    return value
  })
}
