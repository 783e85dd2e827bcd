// What processes have said of their metrics, as numbers to compare.
import type { Otlp, OtlpDataPoint } from './otlp.ts'
import { readOtlpAttributes } from './otlp-attributes.ts'
import type { Attributes } from './trace.ts'

export interface MetricPoint {
  readonly name: string
  readonly resource: Attributes
  readonly attributes: Attributes
  /** Of a counter or a gauge; of a histogram, the sum. */
  readonly value: number
  /** How often a histogram was recorded. */
  readonly count: number
}

/** Of one export. */
export function metricPointsOf({ resourceMetrics = [] }: Otlp): MetricPoint[] {
  return resourceMetrics.flatMap(({ resource, scopeMetrics = [] }) =>
    scopeMetrics
      .flatMap(({ metrics = [] }) => metrics)
      .flatMap(({ name, gauge, sum, histogram }) =>
        ((gauge ?? sum ?? histogram)?.dataPoints ?? []).map((point) => ({
          name,
          resource: readOtlpAttributes(resource?.attributes, 'resource'),
          ...readPoint(point, name),
        })),
      ),
  )
}

function readPoint({ attributes, asInt, asDouble, sum, count = 0 }: OtlpDataPoint, name: string) {
  return {
    attributes: readOtlpAttributes(attributes, name),
    value: Number(asInt ?? asDouble ?? sum ?? 0),
    count: Number(count),
  }
}
