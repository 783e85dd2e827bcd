// A histogram that finds the series of frozen attributes by the object alone: what is the same for every request of a
// kind is frozen once. The SDK's sorts the attributes of each measurement and makes JSON of them, which for a request
// costs as much as its span.
import { type Attributes, diag, type Histogram, type HrTime } from '@opentelemetry/api'
import { millisToHrTime } from '@opentelemetry/core'
import type { DataPoint, Histogram as HistogramValue } from '@opentelemetry/sdk-metrics'

interface Series {
  readonly attributes: Attributes
  readonly startTime: HrTime
  readonly counts: number[]
  count: number
  sum: number
  min: number
  max: number
}

/** As the SDK has it: beyond so many, one series stands for all others. */
const mostSeries = 2_000
const overflow: Attributes = { 'otel.metric.overflow': true }

export class CountedHistogram implements Histogram {
  readonly #name: string
  readonly #boundaries: readonly number[]
  readonly #byContent = new Map<string, Series>()
  readonly #byFrozen = new WeakMap<Attributes, Series>()

  constructor(name: string, boundaries: readonly number[]) {
    this.#name = name
    this.#boundaries = boundaries
  }

  record(value: number, attributes: Attributes = {}): void {
    if (!(value >= 0)) {
      diag.warn(`${this.#name} cannot be ${value}`)
      return
    }
    const series = this.#byFrozen.get(attributes) ?? this.#find(attributes)
    series.count += 1
    series.sum += value
    if (value < series.min) series.min = value
    if (value > series.max) series.max = value
    const at = this.#boundaries.findIndex((boundary) => value <= boundary)
    const bucket = at < 0 ? this.#boundaries.length : at
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1
  }

  /** Since each series began. */
  points(endTime: HrTime): DataPoint<HistogramValue>[] {
    const boundaries = [...this.#boundaries]
    return [...this.#byContent.values()].map(({ attributes, startTime, counts, ...value }) => ({
      ...{ attributes, startTime, endTime },
      value: { ...value, buckets: { boundaries, counts: [...counts] } },
    }))
  }

  #find(attributes: Attributes): Series {
    const isFull = this.#byContent.size >= mostSeries - 1
    let content = contentOf(attributes)
    if (isFull && !this.#byContent.has(content)) content = contentOf(overflow)
    const known = this.#byContent.get(content)
    const kept = isFull && !known ? overflow : { ...attributes }
    const series = known ?? this.#begin(kept)
    this.#byContent.set(content, series)
    // Others may be changed by who made them, and then are another series.
    if (Object.isFrozen(attributes)) this.#byFrozen.set(attributes, series)
    return series
  }

  #begin(attributes: Attributes): Series {
    const counts = new Array<number>(this.#boundaries.length + 1).fill(0)
    const [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    const startTime = millisToHrTime(Date.now())
    return { attributes, startTime, counts, count: 0, sum: 0, min, max }
  }
}

function contentOf(attributes: Attributes): string {
  return JSON.stringify(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)))
}
