// The command line of `live-check`.
import { parseArgs } from 'node:util'
import { SystemError } from './system/system-error.ts'

export interface LiveCheckOptions {
  /** Ports to listen on, when asked for. */
  readonly http?: number
  readonly grpc?: number
  readonly host: string
  /** Until somebody ends it unless given. */
  readonly forMs?: number
  /** Where what comes is captured. */
  readonly save?: string
  readonly complete: boolean
  readonly files: readonly string[]
}

const usualPorts = { '--listen': '4318', '--grpc': '4317' }
const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

export function readLiveCheckOptions(args: readonly string[]): LiveCheckOptions {
  const { values, positionals: files } = parseArgs({
    args: args.flatMap(withPort),
    allowPositionals: true,
    options: {
      listen: { type: 'string' },
      grpc: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      for: { type: 'string' },
      save: { type: 'string' },
      complete: { type: 'boolean', default: false },
    },
  })
  const { listen, grpc, host, save, complete } = values
  if (files.length === 0 && listen === undefined && grpc === undefined) {
    throw new SystemError('Nothing to check: name captured files, or --listen. See --help.')
  }
  return {
    http: readPort('--listen', listen),
    grpc: readPort('--grpc', grpc),
    forMs: readDuration(values.for),
    ...{ host, save, complete, files },
  }
}

/** The port may be left out, for which there is no word in `parseArgs`. */
function withPort(argument: string, index: number, args: readonly string[]): string[] {
  const usual = usualPorts[argument as keyof typeof usualPorts]
  if (usual === undefined || /^\d+$/.test(args[index + 1] ?? '')) return [argument]
  return [argument, usual]
}

function readPort(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const port = Number(value)
  if (/^\d+$/.test(value) && port <= 65_535) return port
  throw new SystemError(`${option} ${value} is no port; one is a number up to 65535.`)
}

function readDuration(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const [, count, unit] = /^(\d+)(ms|s|m|h)$/.exec(value) ?? []
  if (count === undefined) {
    throw new SystemError(`--for ${value} is no time; one is 500ms, 30s, 5m or 1h.`)
  }
  return Number(count) * units[unit as keyof typeof units]
}
