// How many series each process makes of a metric, against the bound that is declared.
import type { Metric } from '../registry.ts'
import { show } from './check-attributes.ts'
import type { Emitter, Problem } from './findings.ts'
import type { TypedValue } from './typed-value.ts'

type Labels = ReadonlyMap<string, TypedValue>

/** The SDK folds what goes beyond its limit into one series with this label. */
const overflow = 'otel.metric.overflow'

export class SeriesCount {
  /** By metric, emitter and process; those of one process by the text of their labels. */
  readonly #series = new Map<string, Map<string, Labels>>()

  /** A problem with the series that is the first too many. */
  note(metric: Metric, emitter: Emitter, instance: string, labels: Labels): Problem | undefined {
    const key = JSON.stringify([metric.name, emitter.service, emitter.scope, instance])
    const series = this.#series.get(key) ?? new Map<string, Labels>()
    this.#series.set(key, series)
    if (series.size > metric.maxSeries) return undefined
    const names = [...labels.keys()].sort()
    series.set(JSON.stringify(names.map((name) => [name, labels.get(name)?.value])), labels)
    return series.size > metric.maxSeries || labels.has(overflow)
      ? tooMany(metric, [...series.values()])
      : undefined
  }
}

function tooMany({ maxSeries, declaredAt }: Metric, series: readonly Labels[]): Problem {
  const { name, values } = widest(series)
  return {
    kind: 'unbounded',
    problem:
      `a process makes more series of it than the ${maxSeries} declared` +
      (name === undefined ? '' : `; label ${name} has the most values`),
    advice: `take the label away, fold rare values into one, or raise the bound at ${declaredAt}`,
    example: values.slice(0, 4).join(', '),
  }
}

function widest(series: readonly Labels[]): { name?: string; values: readonly string[] } {
  const names = new Set(series.flatMap((labels) => [...labels.keys()]))
  names.delete(overflow)
  const columns = [...names].map((name) => {
    const values = new Set(series.map((labels) => show(labels.get(name)?.value)))
    return { name, values: [...values] }
  })
  return columns.sort((a, b) => b.values.length - a.values.length)[0] ?? { values: [] }
}
