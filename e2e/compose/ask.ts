// A query of a dashboard, asked as Grafana asks it. The answer is a number: how much there would be to see.
import type { AskedQuery } from '@throughline/grafana/asked-queries.ts'
import { fillIn, type Values } from '@throughline/grafana/fill-in.ts'

export interface Backends {
  readonly prometheusUrl: string
  readonly lokiUrl: string
  readonly jaegerUrl: string
}

const timeoutMs = 15_000
/** What the dashboards show when they are opened. */
const shownMs = 15 * 60_000
const stepSeconds = '15'

export async function ask(backends: Backends, query: AskedQuery, values: Values): Promise<number> {
  const { prometheusUrl, lokiUrl, jaegerUrl } = backends
  const { start, end } = shown()
  switch (query.kind) {
    case 'promql': {
      const expr = fillIn(query.expr, values)
      const answer = query.range
        ? await get<Series>(prometheusUrl, '/api/v1/query_range', {
            query: expr,
            start: start.toISOString(),
            end: end.toISOString(),
            step: stepSeconds,
          })
        : await get<Series>(prometheusUrl, '/api/v1/query', { query: expr })
      return answer.data.result.filter(hasNumber).length
    }
    case 'label values':
      return (
        await get<List>(prometheusUrl, `/api/v1/label/${query.label}/values`, {
          'match[]': query.selector,
        })
      ).data.length
    case 'logql':
      return (
        await get<Series>(lokiUrl, '/loki/api/v1/query_range', {
          query: fillIn(query.expr, values),
          start: start.toISOString(),
          end: end.toISOString(),
          limit: '100',
        })
      ).data.result.length
    case 'trace search':
      return (
        await get<List>(jaegerUrl, '/api/traces', {
          ...query.search,
          start: microseconds(start),
          end: microseconds(end),
        })
      ).data.length
    case 'trace':
      return askTrace(backends, fillIn(query.traceId, values))
  }
}

/** What the link of a trace id leads to; Jaeger answers 404 when it does not have it. */
export async function askTrace({ jaegerUrl }: Backends, traceId: string): Promise<number> {
  return (await get<List>(jaegerUrl, `/api/traces/${traceId}`)).data.length
}

/** The traces of the dots that Grafana would draw on the curves of a query, the newest first. */
export async function askExemplars(
  { prometheusUrl }: Backends,
  query: AskedQuery & { kind: 'promql' },
  values: Values,
): Promise<string[]> {
  const { start, end } = shown()
  const { data } = await get<Exemplars>(prometheusUrl, '/api/v1/query_exemplars', {
    query: fillIn(query.expr, values),
    start: start.toISOString(),
    end: end.toISOString(),
  })
  return data
    .flatMap(({ exemplars }) => exemplars)
    .toSorted((a, b) => b.timestamp - a.timestamp)
    .map(({ labels }) => labels.trace_id ?? '')
}

interface Series {
  readonly data: { readonly result: readonly Result[] }
}
interface Result {
  readonly value?: readonly [number, string]
  readonly values?: readonly (readonly [number, string])[]
}
interface List {
  readonly data: readonly unknown[]
}
interface Exemplars {
  readonly data: readonly {
    readonly exemplars: readonly {
      readonly labels: Readonly<Record<string, string>>
      readonly timestamp: number
    }[]
  }[]
}

/** Grafana shows a series that is nowhere a number as "No data". */
function hasNumber({ value, values = [] }: Result): boolean {
  return [...values, ...(value ? [value] : [])].some(([, number]) =>
    Number.isFinite(Number(number)),
  )
}

async function get<Answer>(
  baseUrl: string,
  path: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const url = new URL(path, baseUrl)
  url.search = new URLSearchParams(parameters).toString()
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) })
  const text = await response.text()
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 500)}`)
  return JSON.parse(text) as Answer
}

function shown() {
  const end = new Date()
  return { start: new Date(end.getTime() - shownMs), end }
}

function microseconds(date: Date): string {
  return String(date.getTime() * 1_000)
}
