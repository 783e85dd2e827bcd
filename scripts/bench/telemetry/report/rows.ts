// What the table has a line for, and what we aim at.
import type { PartName } from '../parts/part.ts'

export interface Row {
  readonly part: PartName
  readonly key: string
  readonly title: string
  readonly unit: string
  readonly digits: number
}

export const rows: readonly Row[] = [
  { part: 'route', key: 'cpuMicros', title: 'Trivial route, CPU a request', unit: 'µs', digits: 1 },
  { part: 'call', key: 'cpuMicros', title: 'gRPC call, CPU on both sides', unit: 'µs', digits: 1 },
  { part: 'log', key: 'cpuMicros', title: 'Log line, CPU', unit: 'µs', digits: 1 },
  {
    part: 'search',
    key: 'perSecond',
    title: 'Search, a second at saturation',
    unit: '',
    digits: 0,
  },
  { part: 'search', key: 'cpuMicros', title: 'Search at half load, CPU', unit: 'µs', digits: 0 },
  { part: 'search', key: 'p50', title: 'Search at half load, p50', unit: 'ms', digits: 2 },
  { part: 'search', key: 'p99', title: 'Search at half load, p99', unit: 'ms', digits: 2 },
  { part: 'start', key: 'startMs', title: 'Gateway, start to listening', unit: 'ms', digits: 0 },
  { part: 'memory', key: 'gatewayMebibytes', title: 'Gateway, RSS', unit: 'MiB', digits: 0 },
  { part: 'memory', key: 'coreMebibytes', title: 'Core, RSS', unit: 'MiB', digits: 0 },
]
