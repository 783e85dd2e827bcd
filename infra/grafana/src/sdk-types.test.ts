// The committed JSON against the SDK's types, which are Grafana's schemas: a wrong key or value does not compile.
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { z } from 'zod'

const workspace = join(import.meta.dirname, '..')
const compiler = join(
  createRequire(import.meta.url).resolve('typescript/package.json'),
  '../bin/tsc',
)
const run = promisify(execFile)

/** By the panel's type; the SDK knows no more of a trace view than what all panels share. */
const optionTypes: Readonly<Record<string, string>> = {
  heatmap: 'heatmap',
  logs: 'logs',
  nodeGraph: 'nodegraph',
  stat: 'stat',
  table: 'table',
  timeseries: 'timeseries',
}
const withFieldConfig = ['heatmap', 'table', 'timeseries']
const targetTypes: Readonly<Record<string, string>> = {
  prometheus: 'prometheus.Dataquery',
  loki: 'loki.dataquery',
  jaeger: 'JaegerQuery',
}

const panelShape = z.looseObject({
  type: z.string(),
  targets: z.array(z.looseObject({ datasource: z.object({ type: z.string() }) })).default([]),
  options: z.unknown().optional(),
  fieldConfig: z
    .looseObject({ defaults: z.looseObject({ custom: z.unknown().optional() }) })
    .optional(),
})
const dashboardShape = z.looseObject({ panels: z.array(panelShape) })

test('each dashboard is what the SDK takes for one', async () => {
  const source = [preamble]
  for (const name of await readdir(join(workspace, 'dashboards'))) {
    const text = await readFile(join(workspace, 'dashboards', name), 'utf8')
    const { panels, ...page } = dashboardShape.parse(JSON.parse(text))
    source.push(constant('Plain<Omit<dashboard.Dashboard, "panels">>', page))
    for (const panel of panels) source.push(...constantsOf(panel))
  }
  expect(await problemsOf(source.join('\n'))).toBe('')
}, 60_000)

test('a key that the SDK does not know would be found', async () => {
  const stray = constant('Plain<stat.Options>', { graphMode: 'none', grafMode: 'none' })
  expect(await problemsOf([preamble, stray].join('\n'))).toContain('"grafMode"')
}, 60_000)

/** Enumerations as the strings that they are in JSON; functions are of the builders only. */
const preamble = `
import type * as dashboard from '@grafana/grafana-foundation-sdk/dashboard'
import type * as heatmap from '@grafana/grafana-foundation-sdk/heatmap'
import type * as logs from '@grafana/grafana-foundation-sdk/logs'
import type * as loki from '@grafana/grafana-foundation-sdk/loki'
import type * as nodegraph from '@grafana/grafana-foundation-sdk/nodegraph'
import type * as prometheus from '@grafana/grafana-foundation-sdk/prometheus'
import type * as stat from '@grafana/grafana-foundation-sdk/stat'
import type * as table from '@grafana/grafana-foundation-sdk/table'
import type * as timeseries from '@grafana/grafana-foundation-sdk/timeseries'
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common'

type Plain<T> = T extends string
  ? \`\${T}\`
  : T extends readonly (infer Item)[]
    ? Plain<Item>[]
    : T extends object
      ? { [Key in keyof T as T[Key] extends (...args: never) => void ? never : Key]: Plain<T[Key]> }
      : T

interface JaegerQuery {
  refId: string
  datasource: DataSourceRef
  queryType?: 'search' | 'upload' | 'dependencyGraph'
  service?: string
  operation?: string
  query?: string
  tags?: string
  minDuration?: string
  maxDuration?: string
  limit?: number
}
`

function constantsOf({ targets, options, fieldConfig, ...panel }: z.infer<typeof panelShape>) {
  const kind = optionTypes[panel.type]
  const custom = fieldConfig?.defaults.custom
  const plainConfig = fieldConfig && {
    ...fieldConfig,
    defaults: { ...fieldConfig.defaults, custom: undefined },
  }
  return [
    panel.type === 'row'
      ? constant('Plain<dashboard.RowPanel>', panel)
      : constant('Plain<dashboard.Panel>', { ...panel, fieldConfig: plainConfig }),
    ...targets.map((target) => constant(`Plain<${targetTypes[target.datasource.type]}>`, target)),
    kind && options ? constant(`Plain<${kind}.Options>`, options) : '',
    kind && custom && withFieldConfig.includes(panel.type)
      ? constant(`Plain<${kind}.FieldConfig>`, custom)
      : '',
  ]
}

let count = 0

function constant(type: string, value: unknown): string {
  return `export const c${count++}: ${type} = ${JSON.stringify(value)}`
}

async function problemsOf(source: string): Promise<string> {
  // In the workspace, so that the SDK is found.
  const folder = await mkdtemp(join(workspace, 'node_modules/.types-'))
  try {
    await writeFile(join(folder, 'dashboards.ts'), source)
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: '../../tsconfig.json', include: ['dashboards.ts'] }),
    )
    await run(process.execPath, [compiler, '-p', folder, '--pretty', 'false'])
    return ''
  } catch (err) {
    return z.object({ stdout: z.string() }).parse(err).stdout
  } finally {
    await rm(folder, { recursive: true })
  }
}
