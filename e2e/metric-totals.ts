// How often everything has been counted, over all processes, as their metrics say.
import { isDeepStrictEqual } from 'node:util'
import { type Otlp, startReceiver } from '@throughline/trace-testing/receiver'
import { vi } from 'vitest'

/** By service, metric and attributes: what a counter says, or how often a histogram was recorded. */
export type Totals = Readonly<Record<string, number>>

export interface MetricTotals extends AsyncDisposable {
  /** What sends the metrics of a process here, soon. */
  readonly variables: Readonly<Record<string, string>>
  /** When every process has told twice that nothing has changed. */
  settled(): Promise<Totals>
  /** What every process has sent last, which holds all that it has ever counted. */
  lastSent(): readonly Otlp[]
}

interface Point {
  readonly attributes?: readonly { readonly key: string; readonly value: object }[]
  readonly asInt?: string | number
  readonly asDouble?: number
  readonly count?: string | number
}

interface Metric {
  readonly name: string
  readonly sum?: { readonly isMonotonic?: boolean; readonly dataPoints?: readonly Point[] }
  readonly histogram?: { readonly dataPoints?: readonly Point[] }
}

interface ResourceMetrics {
  readonly resource: { readonly attributes: Required<Point>['attributes'] }
  readonly scopeMetrics: readonly { readonly metrics: readonly Metric[] }[]
}

/** What work is counted by; not pools, timers and the process itself, which go on without it. */
const counted = /^(http\.(server|client)|rpc\.|gen_ai\.|throughline\.(tasks?|nodes?|checkpoints)\.)/
/** Polls. */
const polled = /Check|Watch|ListKeys|GetTask/
const exportTimeoutMs = 20_000

export async function startMetricTotals(): Promise<MetricTotals> {
  const receiver = await startReceiver()
  const processes = new Map<string, { exports: number; totals: Totals; last: Otlp }>()
  let read = 0

  function readNew(): void {
    for (const { body } of receiver.requests.slice(read)) {
      const { resourceMetrics } = JSON.parse(body) as { resourceMetrics: ResourceMetrics[] }
      for (const one of resourceMetrics) {
        const { resource, scopeMetrics } = one
        const about = valuesOf(resource.attributes)
        const id = String(about['service.instance.id'])
        const series = scopeMetrics.flatMap(({ metrics }) => metrics.flatMap(seriesOf))
        const named = series.map(([name, value]) => [`${about['service.name']} ${name}`, value])
        const exports = (processes.get(id)?.exports ?? 0) + 1
        const last = { resourceMetrics: [one] } as object as Otlp
        processes.set(id, { exports, totals: Object.fromEntries(named), last })
      }
    }
    read = receiver.requests.length
  }

  async function twoExportsLater(): Promise<Totals> {
    readNew()
    const before = new Map([...processes].map(([id, { exports }]) => [id, exports]))
    const allTold = () => {
      readNew()
      const late = [...processes].filter(([id, { exports }]) => exports < (before.get(id) ?? 0) + 2)
      if (late.length > 0) throw new Error(`No metrics from ${late.map(([id]) => id)}`)
    }
    await vi.waitFor(allTold, { timeout: exportTimeoutMs, interval: 100 })
    return sumOf([...processes.values()].map(({ totals }) => totals))
  }

  return {
    variables: {
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${receiver.url}/v1/metrics`,
      OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/json',
      OTEL_METRIC_EXPORT_INTERVAL: '300',
      OTEL_METRIC_EXPORT_TIMEOUT: '300',
    },
    async settled() {
      let before = await twoExportsLater()
      for (;;) {
        const now = await twoExportsLater()
        if (isDeepStrictEqual(before, now)) return now
        before = now
      }
    },
    lastSent() {
      readNew()
      return [...processes.values()].map(({ last }) => last)
    },
    [Symbol.asyncDispose]: () => receiver.stop(),
  }
}

/** What has grown, and by how much. */
export function growthOf(before: Totals, after: Totals): Totals {
  return Object.fromEntries(
    Object.entries(after)
      .map(([name, value]): [string, number] => [name, value - (before[name] ?? 0)])
      .filter(([, grown]) => grown !== 0),
  )
}

/** Of one metric of one service, whatever the attributes. */
export function totalOf(totals: Totals, start: string): number {
  return Object.entries(totals)
    .filter(([name]) => name.startsWith(`${start} `))
    .reduce((sum, [, value]) => sum + value, 0)
}

function seriesOf({ name, sum, histogram }: Metric): [string, number][] {
  if (!counted.test(name)) return []
  const points = histogram?.dataPoints ?? (sum?.isMonotonic ? sum.dataPoints : undefined) ?? []
  return points
    .map((point): [string, number] => [
      `${name} ${JSON.stringify(valuesOf(point.attributes))}`,
      Number(point.count ?? point.asInt ?? point.asDouble ?? 0),
    ])
    .filter(([text]) => !polled.test(text))
}

function valuesOf(attributes: Point['attributes'] = []): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}

function sumOf(all: readonly Totals[]): Totals {
  const sums: Record<string, number> = {}
  for (const [name, value] of all.flatMap((totals) => Object.entries(totals))) {
    sums[name] = (sums[name] ?? 0) + value
  }
  return sums
}
