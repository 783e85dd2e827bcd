// Grafana ignores a key that it does not know, so a misspelt one is found here or never.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { jaeger, loki, prometheus } from './data-sources.ts'
import { traceDashboardUid } from './trace-link.ts'

const infra = join(import.meta.dirname, '../..')
const own = readdirSync(join(infra, 'grafana/provisioning'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .sort()
  .map((name) => `grafana/provisioning/${name}`)
/** Brought by overlays, for backends that the plain stack does not have. */
const ofOverlays = ['greptimedb/grafana.yaml', 'tempo/grafana.yaml']
const files = [...own, ...ofOverlays].map((name) => ({
  name,
  text: readFileSync(join(infra, name), 'utf8'),
}))

/** What links may lead to: always there. */
const uid = z.enum([prometheus.uid ?? '', loki.uid ?? '', jaeger.uid ?? ''])
const duration = z.string().regex(/^-?\d+[smh]$/)
/** One dollar, once Grafana has read the file. */
const value = z.string().regex(/\$\{__value\.raw\}$/)

/** As the documentation of provisioning has them, for data sources without a login. */
const source = {
  name: z.string(),
  uid: z.string().regex(/^[a-z-]{1,40}$/),
  access: z.literal('proxy'),
  url: z.url({ protocol: /^http$/ }),
  isDefault: z.boolean().optional(),
  editable: z.literal(false),
}

const prometheusSource = z.strictObject({
  ...source,
  type: z.literal('prometheus'),
  jsonData: z.strictObject({
    httpMethod: z.enum(['POST', 'GET']),
    prometheusType: z.enum(['Prometheus', 'Mimir', 'Cortex', 'Thanos']).optional(),
    timeInterval: duration,
    exemplarTraceIdDestinations: z
      .array(
        z.union([
          z.strictObject({ name: z.string(), url: value, urlDisplayLabel: z.string() }),
          z.strictObject({ name: z.string(), datasourceUid: uid, urlDisplayLabel: z.string() }),
        ]),
      )
      .optional(),
  }),
})

const lokiSource = z.strictObject({
  ...source,
  type: z.literal('loki'),
  jsonData: z.strictObject({
    maxLines: z.int(),
    derivedFields: z.array(
      z.strictObject({
        name: z.string(),
        matcherType: z.enum(['label', 'regex']),
        matcherRegex: z.string(),
        datasourceUid: uid.optional(),
        url: value,
        urlDisplayLabel: z.string(),
      }),
    ),
  }),
})

const traces = {
  nodeGraph: z.strictObject({ enabled: z.boolean() }),
  spanBar: z.strictObject({ type: z.enum(['None', 'Duration', 'Tag']) }).optional(),
  tracesToLogsV2: z
    .strictObject({
      datasourceUid: uid,
      spanStartTimeShift: duration,
      spanEndTimeShift: duration,
      customQuery: z.literal(true),
      query: z.string(),
    })
    .optional(),
  tracesToMetrics: z
    .strictObject({
      datasourceUid: uid,
      spanStartTimeShift: duration,
      spanEndTimeShift: duration,
      queries: z.array(z.strictObject({ name: z.string(), query: z.string() })).min(1),
    })
    .optional(),
}

const jaegerSource = z.strictObject({
  ...source,
  type: z.literal('jaeger'),
  jsonData: z.strictObject({
    ...traces,
    traceIdTimeParams: z.strictObject({ enabled: z.boolean() }).optional(),
  }),
})

const tempoSource = z.strictObject({
  ...source,
  type: z.literal('tempo'),
  jsonData: z.strictObject({
    ...traces,
    serviceMap: z.strictObject({ datasourceUid: uid }),
  }),
})

const mysqlSource = z.strictObject({
  ...source,
  url: z.string().regex(/^[a-z]+:\d+$/),
  type: z.literal('mysql'),
  user: z.string(),
  jsonData: z.strictObject({ database: z.string() }),
})

const dataSourceFile = z.strictObject({
  apiVersion: z.literal(1),
  prune: z.boolean(),
  datasources: z.array(
    z.discriminatedUnion('type', [
      prometheusSource,
      lokiSource,
      jaegerSource,
      tempoSource,
      mysqlSource,
    ]),
  ),
})

const dashboardFile = z.strictObject({
  apiVersion: z.literal(1),
  providers: z.array(
    z.strictObject({
      name: z.string(),
      type: z.literal('file'),
      folder: z.string(),
      folderUid: z.string(),
      disableDeletion: z.boolean(),
      allowUiUpdates: z.boolean(),
      updateIntervalSeconds: z.int(),
      options: z.strictObject({ path: z.literal('/etc/grafana/dashboards') }),
    }),
  ),
})

test.each(files)('$name has only keys that are documented', ({ name, text }) => {
  const schema = name.includes('/dashboards/') ? dashboardFile : dataSourceFile
  const { error } = schema.safeParse(parse(asGrafanaReadsIt(text)))
  expect(error && z.prettifyError(error)).toBeUndefined()
})

test.each(files)('$name writes each dollar of Grafana twice', ({ text }) => {
  expect(text.replaceAll('$$', '')).not.toContain('$')
})

test('the data sources that dashboards ask are there, one of them the default', () => {
  const sources = sourcesOf(own)
  expect(sources.map(({ type, uid }) => ({ type, uid }))).toEqual([jaeger, loki, prometheus])
  expect(sources.filter(({ isDefault }) => isDefault).map(({ uid }) => uid)).toEqual(['prometheus'])
})

test('overlays add to the data sources and replace none', () => {
  const names = sourcesOf([...own, ...ofOverlays]).flatMap(({ uid, name }) => [uid, name])
  expect(new Set(names).size).toBe(names.length)
  expect(sourcesOf(ofOverlays).some(({ isDefault }) => isDefault)).toBe(false)
})

test('links to a trace lead to a dashboard that is there, and to its variable', () => {
  const links = files.flatMap(({ text }) => text.match(/\/d\/\S+/g) ?? [])
  expect(new Set(links)).toEqual(new Set([`/d/${traceDashboardUid}?var-trace=$\${__value.raw}`]))
})

function sourcesOf(names: readonly string[]) {
  return files
    .filter(({ name }) => names.includes(name) && !name.includes('/dashboards/'))
    .flatMap(({ text }) => dataSourceFile.parse(parse(asGrafanaReadsIt(text))).datasources)
}

function asGrafanaReadsIt(text: string): string {
  return text.replaceAll('$$', '$')
}
