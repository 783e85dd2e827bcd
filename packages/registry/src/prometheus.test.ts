import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parser } from '@prometheus-io/lezer-promql'
import { expect, test } from 'vitest'
import { loadRegistry } from './load-registry.ts'
import { seriesNames } from './prometheus.ts'

const registry = loadRegistry()
const series = seriesNames(registry)
const rules = join(import.meta.dirname, '../../../infra/prometheus/rules')

test.each(readdirSync(rules))('asks only for metrics of the registry in %s', (file) => {
  const text = readFileSync(join(rules, file), 'utf8')
  const asked = text.match(/throughline_[a-z_]+/g) ?? []
  expect(asked.filter((name) => !series.has(name))).toEqual([])
})

test.each([...registry.metrics.values()])('the example for $name asks for it', (metric) => {
  const { query } = metric
  const [asked, faults] = read(query)
  expect(faults).toBe(0)
  expect(asked).not.toEqual([])
  const own = seriesNames({ ...registry, metrics: new Map([[metric.name, metric]]) })
  expect(asked.some((name) => own.has(name))).toBe(true)
  expect(asked.filter((name) => !series.has(name))).toEqual([])
})

/** The metrics that are asked for, and how often the parser had to guess. */
function read(query: string): [string[], number] {
  const asked: string[] = []
  let faults = 0
  parser.parse(query).iterate({
    enter({ name, from, to, type, node }) {
      if (type.isError) faults += 1
      const isMetric = name === 'Identifier' && node.parent?.name === 'VectorSelector'
      if (isMetric) asked.push(query.slice(from, to))
    },
  })
  return [asked, faults]
}
