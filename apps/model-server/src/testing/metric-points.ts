// What a process has said of its metrics, export by export: to assert numbers, and that something is not told any more.
import type { Otlp } from '@throughline/trace-testing/receiver'

export interface MetricPoint {
  readonly name: string
  readonly attributes: Readonly<Record<string, unknown>>
  /** Of a counter or a gauge; of a histogram, the sum. */
  readonly value: number
  /** Of a histogram. */
  readonly count: number
}

interface Sent {
  readonly path: string
  readonly body: string
}

interface DataPoint {
  readonly asInt?: string | number
  readonly asDouble?: number
  readonly sum?: number
  readonly count?: string | number
  readonly attributes?: readonly { readonly key: string; readonly value?: object }[]
}

/** In order of arrival. */
export function metricExports(requests: readonly Sent[]): MetricPoint[][] {
  return requests
    .filter(({ path }) => path === '/v1/metrics')
    .map(({ body }) => pointsOf(JSON.parse(body) as Otlp))
}

function pointsOf({ resourceMetrics = [] }: Otlp): MetricPoint[] {
  return resourceMetrics
    .flatMap(({ scopeMetrics = [] }) => scopeMetrics.flatMap(({ metrics = [] }) => metrics))
    .flatMap(({ name, gauge, sum, histogram }) =>
      ((gauge ?? sum ?? histogram)?.dataPoints ?? []).map((point) => toPoint(name, point)),
    )
}

function toPoint(name: string, point: DataPoint): MetricPoint {
  const { asInt, asDouble, sum, count = 0, attributes = [] } = point
  const values = attributes.map(({ key, value = {} }) => [key, Object.values(value)[0]])
  return {
    name,
    attributes: Object.fromEntries(values),
    value: Number(asInt ?? asDouble ?? sum ?? 0),
    count: Number(count),
  }
}
