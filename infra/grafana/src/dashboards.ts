// Every dashboard, by the name of its file.
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { dataStores } from './data-stores.ts'
import { modelServer } from './model-server.ts'
import { orchestrator } from './orchestrator.ts'
import { overview } from './overview.ts'
import { buildPage } from './page.ts'
import { requests } from './requests.ts'
import { runtime } from './runtime.ts'
import { telemetryPipeline } from './telemetry-pipeline.ts'
import { tracePage } from './trace.ts'

const pages = {
  overview,
  requests,
  orchestrator,
  'model-server': modelServer,
  'data-stores': dataStores,
  'telemetry-pipeline': telemetryPipeline,
  runtime,
  trace: tracePage,
}

export function buildDashboards(): ReadonlyMap<string, Dashboard> {
  return new Map(Object.entries(pages).map(([name, page]) => [`${name}.json`, buildPage(page)]))
}

export function printDashboard(dashboard: Dashboard): string {
  return `${JSON.stringify(dashboard, undefined, 2)}\n`
}
