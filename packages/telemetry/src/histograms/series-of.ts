// The labels of measurements, out of all that a span says. Those that are alike are one frozen object, by which
// `counted-histogram.ts` finds their series.
import type { Attributes } from '@opentelemetry/api'

const mostKnown = 500

/** `refine`: what to make of the labels, once for all that are alike. */
export function createSeriesOf(
  labels: readonly string[],
  refine = (series: Attributes): Attributes => series,
): (attributes: Attributes) => Attributes {
  const known = new Map<string, Attributes>()
  return (attributes) => {
    const key = labels.map((label) => attributes[label]).join('\n')
    const found = known.get(key)
    if (found) return found
    const present = labels.filter((label) => label in attributes)
    const picked = Object.fromEntries(present.map((label) => [label, attributes[label]]))
    const series = Object.freeze(refine(picked))
    // A host or the beginning of a statement can be new each time.
    if (known.size >= mostKnown) known.clear()
    known.set(key, series)
    return series
  }
}
