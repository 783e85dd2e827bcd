// What the signals are about: the names of their files, as people say them.
import type { Signal } from '../registry.ts'

/** A heading and what is printed for each area, in the order of a request's way. */
export function byArea<S extends Signal>(
  signals: readonly S[],
  print: (some: readonly S[]) => string,
): string[] {
  const areas = Map.groupBy(signals, ({ area }) => area)
  const order = new Set([...Object.keys(titles), ...areas.keys()])
  return [...order].flatMap((area) => {
    const some = areas.get(area)
    return some ? [`### ${titles[area] ?? area}`, print(some)] : []
  })
}

const titles: Readonly<Record<string, string>> = {
  http: 'HTTP',
  edge: 'The edge',
  rpc: 'gRPC',
  db: 'Databases',
  queue: 'The queue',
  tasks: 'Tasks',
  models: 'Models',
  shop: 'Shoppers',
  runtime: 'The process',
  sdk: 'Telemetry about telemetry',
  logs: 'Several services',
  'logs-gateway': 'gateway',
  'logs-core': 'core',
  'logs-orchestrator': 'orchestrator',
  'logs-model-server': 'model-server',
  'logs-traffic': 'traffic',
}
