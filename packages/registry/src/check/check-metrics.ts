// Metrics against the registry: name, instrument, unit, buckets, labels, and how many series they make.
import type { OtlpDataPoint, OtlpMetric } from '@throughline/trace-testing/receiver'
import type { Instrument, Metric, Registry, Signal } from '../registry.ts'
import { checkAttributes, show } from './check-attributes.ts'
import { checkEmitter } from './check-emitter.ts'
import type { Emitter, Findings, Problem } from './findings.ts'
import { findIdInLabel } from './ids.ts'
import type { SeriesCount } from './series-count.ts'
import { readAttributes, type TypedValue } from './typed-value.ts'

export interface MetricCheck {
  readonly registry: Registry
  readonly findings: Findings
  readonly series: SeriesCount
  readonly onSeen: (signal: Signal, emitter: Emitter) => void
}

export function checkMetric(
  { registry, findings, series, onSeen }: MetricCheck,
  metric: OtlpMetric,
  emitter: Emitter,
  /** The process, of which a service may have many. */
  instance: string,
): void {
  const declared = registry.metrics.get(metric.name)
  const add = (problem: Problem) => findings.add(emitter, `metric ${metric.name}`, problem)
  const points = pointsOf(metric)
  if (declared === undefined) {
    add({
      kind: 'undeclared',
      problem: 'no declared metric has this name',
      advice: 'take it away, or declare it in packages/registry/signals',
    })
  } else {
    if (points.length > 0) onSeen(declared, emitter)
    for (const problem of checkEmitter(declared, emitter)) add(problem)
    for (const problem of checkInstrument(metric, declared, points)) add(problem)
  }
  for (const { attributes } of points) {
    const labels = readAttributes(attributes)
    for (const problem of checkAttributes(labels, declared?.attributes, registry)) add(problem)
    for (const problem of checkLabels(labels, declared)) add(problem)
    const tooMany = declared && series.note(declared, emitter, instance, labels)
    if (tooMany) add(tooMany)
  }
}

function pointsOf(metric: OtlpMetric): readonly OtlpDataPoint[] {
  const { gauge, sum, histogram, exponentialHistogram, summary } = metric
  const data = gauge ?? sum ?? histogram ?? exponentialHistogram ?? summary
  return data?.dataPoints ?? []
}

function instrumentOf({ gauge, sum, histogram, exponentialHistogram }: OtlpMetric) {
  if (gauge) return 'gauge'
  if (sum) return sum.isMonotonic ? 'counter' : 'updowncounter'
  return histogram || exponentialHistogram ? 'histogram' : undefined
}

function* checkInstrument(
  metric: OtlpMetric,
  declared: Metric,
  points: readonly OtlpDataPoint[],
): Generator<Problem> {
  const { unit = '' } = metric
  const at = declared.declaredAt
  const instrument: Instrument | undefined = instrumentOf(metric)
  if (unit !== declared.unit) {
    yield {
      kind: 'wrong unit',
      problem: `its unit is ${unit || 'none'}, and declared as ${declared.unit}`,
      advice: `correct the unit where the instrument is made, or at ${at}`,
    }
  }
  if (instrument !== declared.instrument) {
    yield {
      kind: 'wrong instrument',
      problem: `its instrument is ${instrument ?? 'summary'}, and declared as ${declared.instrument}`,
      advice: `make a ${declared.instrument}, or correct the instrument at ${at}`,
    }
  }
  const { buckets } = declared
  const strange = metric.histogram && points.find((point) => !hasBuckets(point, buckets))
  if (buckets && strange) {
    yield {
      kind: 'wrong buckets',
      problem: `its buckets are not the declared ${buckets.join(', ')}`,
      advice: `advise them where the instrument is made, or correct them at ${at}`,
      example: strange.explicitBounds?.join(', '),
    }
  }
}

function hasBuckets({ explicitBounds = [] }: OtlpDataPoint, buckets: Metric['buckets']): boolean {
  return (
    explicitBounds.length === buckets?.length &&
    explicitBounds.every((bound, index) => Number(bound) === buckets[index])
  )
}

function* checkLabels(
  labels: ReadonlyMap<string, TypedValue>,
  declared: Metric | undefined,
): Generator<Problem> {
  for (const [name, { type, value }] of labels) {
    const { values, asFewAs } = declared?.attributes.get(name) ?? {}
    const isBounded = values !== undefined || asFewAs !== undefined
    if (type !== 'string' || isBounded || !findIdInLabel(String(value))) continue
    yield {
      kind: 'unbounded',
      problem: `label ${name} has an id as its value, and so a series for each thing`,
      advice: 'take the label away; an id belongs on spans and log records',
      example: show(value),
    }
  }
}
