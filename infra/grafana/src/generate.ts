// `pnpm --filter @throughline/grafana generate`: writes the dashboards that Grafana reads.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildDashboards, printDashboard } from './dashboards.ts'

const folder = join(import.meta.dirname, '../dashboards')
await mkdir(folder, { recursive: true })

const dashboards = buildDashboards()
for (const name of await readdir(folder)) {
  if (!dashboards.has(name)) await rm(join(folder, name))
}
for (const [name, dashboard] of dashboards) {
  await writeFile(join(folder, name), printDashboard(dashboard))
}
