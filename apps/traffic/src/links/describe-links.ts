// Where to go from here, as plain lines: the first thing that a person should see of a stack that is up.

export interface Links {
  readonly grafana?: string
  readonly jaeger?: string
  readonly prometheus?: string
  readonly gateway?: string
}

export interface LinkFacts {
  readonly links: Links
  readonly apiKey: string
  /** A negotiation that has arrived in Jaeger, as far as one is known. */
  readonly traceId?: string
}

/** Undefined when there is nothing to point to. */
export function describeLinks({ links, apiKey, traceId }: LinkFacts): string | undefined {
  const { grafana, jaeger, prometheus, gateway } = links
  const rows = [
    ['one negotiation, as a trace', jaeger && traceId && under(jaeger, `/trace/${traceId}`)],
    ['all traces', jaeger && under(jaeger, '/search?service=gateway')],
    ['dashboards', grafana],
    ['metrics', prometheus],
    ['API, and a form to call it', gateway && under(gateway, '/docs')],
    ['API key', gateway && apiKey],
  ].filter((row): row is [string, string] => Boolean(row[1]))
  if (rows.length === 0) return undefined
  const lines = rows.map(([title, link]) => `  ${title.padEnd(29)}${link}`)
  return ['', 'Throughline is up, and people are shopping.', '', ...lines, ''].join('\n')
}

function under(base: string, path: string): string {
  return base.replace(/\/$/, '') + path
}
