import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { metrics } from './names.ts'

const rules = join(import.meta.dirname, '../../../infra/prometheus/rules')

// A dot is an underscore in Prometheus; behind the name come its unit and what the instrument adds.
const suffixes = ['', '_total', '_seconds', '_bytes', '_count', '_sum', '_bucket']
const inPrometheus = Object.values(metrics).map((name) => name.replaceAll('.', '_'))

test.each(readdirSync(rules))('asks only for metrics of the registry in %s', (file) => {
  const text = readFileSync(join(rules, file), 'utf8')
  const unknown = (text.match(/throughline_[a-z_]+/g) ?? []).filter((used) => !isRegistered(used))
  expect(unknown).toEqual([])
})

function isRegistered(used: string): boolean {
  return inPrometheus.some((name) =>
    suffixes.some((unit) => suffixes.some((part) => used === name + unit + part)),
  )
}
