// `packages/telemetry/src/metric-definitions.ts`: the metrics that our own code records.
import type { Metric, Registry } from '../registry.ts'
import { constantName, generatedFrom, list, quoted, width } from './typescript.ts'

export function makeMetricDefinitions({ metrics }: Registry): string {
  const own = [...metrics.values()].filter(({ library }) => library === undefined)
  return [
    generatedFrom,
    '// What an instrument is made of. Prometheus adds the unit and `_total` to the name: `throughline.task.duration` is',
    '// read as `throughline_task_duration_seconds`. A label with `values` has no others.',
    '',
    'export const metrics = {',
    ...own.flatMap(definition),
    '} as const',
    '',
  ].join('\n')
}

function definition({ name, unit, brief, buckets, attributes }: Metric): string[] {
  return [
    `  ${constantName(name)}: {`,
    `    name: ${quoted(name)},`,
    `    unit: ${quoted(unit)},`,
    described(brief),
    ...(buckets ? [list('buckets', buckets, '    ')] : []),
    ...closedSets(attributes),
    '  },',
  ]
}

/** Of our own labels, which have no dots: what a library says of itself is any text to the compiler. */
function closedSets(attributes: Metric['attributes']): string[] {
  const sets = [...attributes].flatMap(([label, { values }]) =>
    values && !label.includes('.') ? [list(label, values, '      ')] : [],
  )
  return sets.length > 0 ? ['    values: {', ...sets, '    },'] : []
}

/** On a line of its own where one line is not wide enough. */
function described(brief: string): string {
  const line = `    description: ${quoted(brief)},`
  return line.length <= width ? line : `    description:\n      ${quoted(brief)},`
}
