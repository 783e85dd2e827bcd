import { parser as logqlParser } from '@grafana/lezer-logql'
import { parser as promqlParser } from '@prometheus-io/lezer-promql'
import { loadRegistry, seriesNames } from '@throughline/registry'
import { expect, test } from 'vitest'
import { readAskedQueries } from './asked-queries.ts'
import { fillIn } from './fill-in.ts'

const values = { traceId: '0af7651916cd43dd8448eb211c80319c', spanName: 'POST /v1/negotiate' }
const queries = readAskedQueries()
const promql = queries.flatMap((query) => {
  if (query.kind === 'promql') return [{ where: query.where, expr: fillIn(query.expr, values) }]
  return query.kind === 'label values' ? [{ where: query.where, expr: query.selector }] : []
})
const logql = queries.flatMap((query) =>
  query.kind === 'logql' ? [{ where: query.where, expr: fillIn(query.expr, values) }] : [],
)

test.each(promql)('$where is PromQL', ({ expr }) => {
  expect(faultsOf(promqlParser, expr)).toEqual([])
})

test.each(logql)('$where is LogQL', ({ expr }) => {
  expect(faultsOf(logqlParser, expr)).toEqual([])
})

test('a query with a fault would be found', () => {
  expect(faultsOf(promqlParser, 'sum(rate(a[1m]) by (b)')).not.toEqual([])
  expect(faultsOf(logqlParser, '{a="b" | trace_id="c"')).not.toEqual([])
})

test.each(promql)('$where asks for metrics that somebody writes', ({ expr }) => {
  expect(metricsOf(expr).filter((metric) => !isWritten(metric))).toEqual([])
})

const registered = seriesNames(loadRegistry())

/** What the collector counts from spans, and what other programs measure of themselves. */
const ofOthers = [
  /^traces_span_metrics_(calls_total|duration_milliseconds_bucket)$/,
  /^traces_service_graph_request_total$/,
  /^otelcol_(receiver|exporter|processor|process)_/,
  /^(prometheus_tsdb_head_|loki_distributor_|process_resident_memory_bytes$|up$|ALERTS$)/,
]

function isWritten(metric: string): boolean {
  return registered.has(metric) || ofOthers.some((known) => known.test(metric))
}

interface Parser {
  parse(input: string): Tree
}
interface Tree {
  iterate(spec: { enter: (node: Node) => void }): void
}
interface Node {
  readonly name: string
  readonly from: number
  readonly to: number
  readonly type: { readonly isError: boolean }
  readonly node: { readonly parent: { readonly name: string } | null }
}

/** Where the parser had to guess. */
function faultsOf(parser: Parser, expr: string): string[] {
  const faults: string[] = []
  parser.parse(expr).iterate({
    enter({ type, from }) {
      if (type.isError) faults.push(`${expr.slice(0, from)}⚠${expr.slice(from)}`)
    },
  })
  return faults
}

function metricsOf(expr: string): string[] {
  const found: string[] = []
  promqlParser.parse(expr).iterate({
    enter({ name, from, to, node }) {
      if (name === 'Identifier' && node.parent?.name === 'VectorSelector') {
        found.push(expr.slice(from, to))
      }
    },
  })
  return found
}
