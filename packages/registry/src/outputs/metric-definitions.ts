// `packages/telemetry/src/metric-definitions.ts`: the metrics that our own code records.
import type { Metric, Registry } from '../registry.ts'
import { constantName, generatedFrom, numbers, quoted, width } from './typescript.ts'

export function makeMetricDefinitions({ metrics }: Registry): string {
  const own = [...metrics.values()].filter(({ library }) => library === undefined)
  return [
    generatedFrom,
    '// What an instrument is made of. Prometheus adds the unit and `_total` to the name: `throughline.task.duration` is',
    '// read as `throughline_task_duration_seconds`.',
    '',
    'export const metrics = {',
    ...own.flatMap(definition),
    '} as const',
    '',
  ].join('\n')
}

function definition({ name, unit, brief, buckets }: Metric): string[] {
  return [
    `  ${constantName(name)}: {`,
    `    name: ${quoted(name)},`,
    `    unit: ${quoted(unit)},`,
    described(brief),
    ...(buckets ? [numbers('buckets', buckets, '    ')] : []),
    '  },',
  ]
}

/** On a line of its own where one line is not wide enough. */
function described(brief: string): string {
  const line = `    description: ${quoted(brief)},`
  return line.length <= width ? line : `    description:\n      ${quoted(brief)},`
}
