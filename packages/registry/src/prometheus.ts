// How Prometheus spells a metric: an underscore for each dot, then its unit, then what the instrument adds.
import type { Instrument, Metric, Registry } from './registry.ts'

const units: Readonly<Record<string, string>> = { s: '_seconds', ms: '_milliseconds', By: '_bytes' }

const additions: Readonly<Record<Instrument, readonly string[]>> = {
  counter: ['_total'],
  updowncounter: [''],
  gauge: [''],
  histogram: ['_bucket', '_count', '_sum'],
}

/** The names of all time series that may come of the registry: `throughline_task_duration_seconds_bucket`. */
export function seriesNames({ metrics }: Registry): Set<string> {
  return new Set([...metrics.values()].flatMap(seriesOf))
}

function seriesOf({ name, unit, instrument }: Metric): string[] {
  // A gauge without a unit is a share of one.
  const suffix = unit === '1' && instrument === 'gauge' ? '_ratio' : (units[unit] ?? '')
  const base = name.replaceAll('.', '_') + suffix
  return additions[instrument].map((addition) => base + addition)
}
