// Whose code a CPU profile shows at work: self time by package and by function, for each unit of work.
import type { Profiler } from 'node:inspector'

export interface CostLine {
  /** A package, `packages/telemetry`, or Node. */
  readonly of: string
  /** Of a function: its name and file. */
  readonly at?: string
  readonly micros: number
  /** Of all that is not idle. */
  readonly share: number
}

export interface CostOfProfile {
  readonly packages: readonly CostLine[]
  /** Without Node's own. */
  readonly functions: readonly CostLine[]
}

const node = 'Node'

export function sumProfile(profile: Profiler.Profile, units: number, root: string): CostOfProfile {
  const { nodes, samples = [], timeDeltas = [] } = profile
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  const packages = new Map<string, number>()
  const functions = new Map<string, { of: string; at: string; micros: number }>()
  let busy = 0
  for (const [index, id] of samples.entries()) {
    const { functionName = '', url = '' } = frames.get(id) ?? {}
    const micros = timeDeltas[index] ?? 0
    if (functionName === '(idle)') continue
    busy += micros
    const { of, file } = placeOf(url, root)
    packages.set(of, (packages.get(of) ?? 0) + micros)
    if (of === node) continue
    const at = `${functionName || '(anonymous)'}, ${file}`
    const known = functions.get(`${of} ${at}`)?.micros ?? 0
    functions.set(`${of} ${at}`, { of, at, micros: known + micros })
  }
  const toLines = (costs: Iterable<{ of: string; at?: string; micros: number }>) =>
    [...costs]
      .sort((a, b) => b.micros - a.micros)
      .map((cost) => ({ ...cost, micros: cost.micros / units, share: cost.micros / busy }))
  return {
    packages: toLines([...packages].map(([of, micros]) => ({ of, micros }))),
    functions: toLines(functions.values()),
  }
}

/** Garbage collection and system calls have no address; they count as Node's. */
function placeOf(url: string, root: string): { of: string; file: string } {
  const [, name, file = ''] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(.*)$/.exec(url) ?? []
  if (name) return { of: name, file }
  const [, part = node, rest = ''] = url.startsWith(root)
    ? (/^\/([^/]+\/[^/]+)\/(.*)$/.exec(url.slice(root.length)) ?? [])
    : []
  return { of: part, file: rest }
}
