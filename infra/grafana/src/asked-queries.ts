// Every query that the committed files make Grafana ask: by panels, variables, and the links between data sources.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

export type AskedQuery = {
  /** Where it stands, for people: dashboard, panel, letter. */
  readonly where: string
} & (
  | {
      readonly kind: 'promql'
      readonly expr: string
      readonly range: boolean
      readonly exemplars: boolean
    }
  | { readonly kind: 'label values'; readonly selector: string; readonly label: string }
  | { readonly kind: 'logql'; readonly expr: string }
  | { readonly kind: 'trace search'; readonly search: Readonly<Record<string, string>> }
  | { readonly kind: 'trace'; readonly traceId: string }
)

const infra = join(import.meta.dirname, '..')

export function readAskedQueries(): AskedQuery[] {
  const files = readdirSync(join(infra, 'dashboards')).sort()
  return [
    ...files.flatMap((file) => queriesOfDashboard(readJson(join(infra, 'dashboards', file)))),
    ...queriesOfLinks(),
  ]
}

const target = z.object({
  refId: z.string(),
  datasource: z.object({ type: z.enum(['prometheus', 'loki', 'jaeger']) }),
  expr: z.string().optional(),
  instant: z.boolean().optional(),
  exemplar: z.boolean().optional(),
  queryType: z.string().optional(),
  query: z.string().optional(),
  service: z.string().optional(),
  operation: z.string().optional(),
  tags: z.string().optional(),
  minDuration: z.string().optional(),
  limit: z.number().optional(),
})
const dashboard = z.object({
  title: z.string(),
  panels: z.array(z.object({ title: z.string(), targets: z.array(target).default([]) })),
  templating: z.object({
    list: z.array(
      z.object({ type: z.string(), name: z.string(), definition: z.string().optional() }),
    ),
  }),
})

function queriesOfDashboard(json: unknown): AskedQuery[] {
  const { title, panels, templating } = dashboard.parse(json)
  return [
    ...panels.flatMap((panel) =>
      panel.targets.map((asked) => queryOf(`${title} / ${panel.title} / ${asked.refId}`, asked)),
    ),
    ...templating.list
      .filter(({ type }) => type === 'query')
      .map(({ name, definition = '' }) => labelValues(`${title} / $${name}`, definition)),
  ]
}

function queryOf(where: string, asked: z.infer<typeof target>): AskedQuery {
  const { expr = '', instant = false, exemplar = false, query = '' } = asked
  switch (asked.datasource.type) {
    case 'prometheus':
      return { where, kind: 'promql', expr, range: !instant, exemplars: exemplar }
    case 'loki':
      return { where, kind: 'logql', expr }
    case 'jaeger':
      if (asked.queryType !== 'search') return { where, kind: 'trace', traceId: query }
      return { where, kind: 'trace search', search: searchOf(asked) }
  }
}

/** The parameters that Grafana's data source makes of a search; Jaeger wants the tags as JSON. */
function searchOf(asked: z.infer<typeof target>): Record<string, string> {
  const { service, operation, tags, minDuration, limit } = asked
  const pairs = tags?.split(' ').map((pair) => pair.split('='))
  const parameters = {
    service,
    operation,
    tags: pairs && JSON.stringify(Object.fromEntries(pairs)),
    minDuration,
    limit: limit?.toString(),
  }
  return Object.fromEntries(
    Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

function labelValues(where: string, definition: string): AskedQuery {
  const parts = /^label_values\((?<selector>.+), (?<label>\w+)\)$/.exec(definition)?.groups
  if (!parts?.selector || !parts.label) throw new Error(`${where}: ${definition} is not read here`)
  return { where, kind: 'label values', selector: parts.selector, label: parts.label }
}

const jaegerSource = z.object({
  datasources: z.tuple([
    z.object({
      jsonData: z.object({
        tracesToLogsV2: z.object({ query: z.string() }),
        tracesToMetrics: z.object({
          queries: z.array(z.object({ name: z.string(), query: z.string() })),
        }),
      }),
    }),
  ]),
})

function queriesOfLinks(): AskedQuery[] {
  const text = readFileSync(join(infra, 'provisioning/datasources/jaeger.yaml'), 'utf8')
  const [{ jsonData }] = jaegerSource.parse(parse(text)).datasources
  const asGrafanaReadsIt = (query: string) => query.replaceAll('$$', '$')
  return [
    {
      where: 'a span / its logs',
      kind: 'logql',
      expr: asGrafanaReadsIt(jsonData.tracesToLogsV2.query),
    },
    ...jsonData.tracesToMetrics.queries.map(
      ({ name, query }): AskedQuery => ({
        where: `a span / ${name}`,
        kind: 'promql',
        expr: asGrafanaReadsIt(query),
        range: true,
        exemplars: false,
      }),
    ),
  ]
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'))
}
