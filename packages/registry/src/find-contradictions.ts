// What is well-formed and yet cannot be meant.
import { partsOf } from './name-pattern.ts'
import type { Metric, Registry, Signal, Span } from './registry.ts'
import { signalsOf } from './signals-of.ts'

export function findContradictions(registry: Registry): string[] {
  const { spans, metrics } = registry
  const signals = signalsOf(registry)
  return [
    ...signals.flatMap(findWidened),
    ...spans.flatMap(findUnknownParts),
    ...[...metrics.values()].flatMap(findWrongBuckets),
    ...findUnused(registry, signals),
  ]
}

/** A place may narrow a closed set, not add to it. */
function findWidened({ id, attributes, declaredAt }: Signal): string[] {
  return [...attributes.values()].flatMap(({ attribute, values = [] }) => {
    const added = values.filter((value) => attribute.values?.includes(value) === false)
    if (added.length === 0) return []
    return `${declaredAt} ${id}: ${attribute.name} has no value ${added.join(', ')}`
  })
}

function findUnknownParts({ id, names, attributes, placeholders, declaredAt }: Span): string[] {
  const parts = new Set(names.flatMap(partsOf))
  const unknown = [...parts].filter((part) => !attributes.has(part) && !placeholders.has(part))
  const idle = [...placeholders.keys()].filter((part) => !parts.has(part))
  return [
    ...unknown.map((part) => `${declaredAt} ${id}: {${part}} is no attribute and no placeholder`),
    ...idle.map((part) => `${declaredAt} ${id}: no name has {${part}}`),
  ]
}

function findWrongBuckets({ id, instrument, buckets, declaredAt }: Metric): string[] {
  const isAscending = buckets?.every(
    (bound, index) => index === 0 || bound > (buckets[index - 1] ?? 0),
  )
  if (isAscending === false) return [`${declaredAt} ${id}: its buckets do not ascend`]
  if ((instrument === 'histogram') === (buckets !== undefined)) return []
  return [`${declaredAt} ${id}: a histogram has buckets, and nothing else has`]
}

function findUnused({ attributes, entities }: Registry, signals: readonly Signal[]): string[] {
  const used = new Set([...signals, ...entities].flatMap((each) => [...each.attributes.keys()]))
  const unused = [...attributes.keys()].filter((name) => !used.has(name))
  return unused.map((name) => `${name}: no signal has this attribute`)
}
