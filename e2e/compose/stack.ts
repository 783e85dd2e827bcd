// The stack that `docker compose up` has started, as a test reaches it: by the ports that it publishes.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  createTraceClient,
  jaegerSource,
  readLogLines,
  type TraceSource,
} from '@throughline/trace-testing'
import { callerOf, type RunningSystem } from '../running-system.ts'

export const apps = ['gateway', 'core', 'orchestrator', 'model-server'] as const

export interface Stack extends Pick<RunningSystem, 'get' | 'post' | 'waitForTrace'> {
  readonly gatewayUrl: string
  readonly jaegerUrl: string
  readonly prometheusUrl: string
  readonly lokiUrl: string
  readonly collectorMetricsUrl: string
  readonly collectorHealthUrl: string
  readonly traces: TraceSource
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)
const outputLimitBytes = 256 * 1024 * 1024

/** `docker compose …`, whose output it resolves with. */
export function compose(...args: readonly string[]): Promise<string> {
  return docker(['compose', ...args])
}

/** `docker …`, whose output it resolves with. */
export async function docker(
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const limits = { cwd: root, maxBuffer: outputLimitBytes, timeout: 120_000 }
  const { stdout } = await run('docker', args, { ...options, ...limits })
  return stdout
}

export async function connectStack(): Promise<Stack> {
  const [gatewayUrl, jaegerUrl, prometheusUrl, lokiUrl, collectorMetricsUrl, collectorHealthUrl] =
    await Promise.all([
      published('gateway', 8080),
      published('jaeger', 16686),
      published('prometheus', 9090),
      published('loki', 3100),
      published('collector', 8888),
      published('collector', 13133),
    ])
  const traces = jaegerSource({ baseUrl: jaegerUrl })
  const client = createTraceClient({ source: traces })
  const caller = callerOf(gatewayUrl)
  return {
    ...{ gatewayUrl, jaegerUrl, prometheusUrl, lokiUrl, collectorMetricsUrl, collectorHealthUrl },
    traces,
    get: caller.get,
    post: (path, body, options = {}) =>
      caller.post(path, body, { ...options, headers: { ...keepTrace, ...options.headers } }),
    waitForTrace: ({ traceId, callerSpanId }, options) =>
      client.waitForTrace(traceId, {
        callers: callerSpanId === undefined ? [] : [callerSpanId],
        ...{ timeoutMs: 60_000, quietMs },
        ...options,
      }),
  }
}

/** Longer than a service keeps a batch, and than the collector keeps the next one. */
const quietMs = 7_000
/** Whatever share of the traces the stack samples, it keeps those of the tests. */
const keepTrace = { tracestate: 'throughline=keep' }

/** Where a container's port is reached from here, whatever `.env` and the environment say. */
async function published(service: string, port: number): Promise<string> {
  try {
    const [address = ''] = (await compose('port', service, String(port))).split('\n')
    return `http://${address}`
  } catch (cause) {
    throw new Error(`${service} is not up: docker compose up --wait`, { cause })
  }
}

/** For tests that count. Resolves with what lets the shoppers in again. */
export async function sendTrafficAway(): Promise<() => Promise<unknown>> {
  await compose('stop', 'traffic')
  return () => compose('start', 'traffic')
}

/** What the containers of these services have printed. */
export async function printedBy(services: readonly string[], since: Date) {
  const lines = services.map(async (service) =>
    readLogLines(
      service,
      await compose(
        'logs',
        '--no-color',
        '--no-log-prefix',
        '--since',
        since.toISOString(),
        service,
      ),
    ),
  )
  return (await Promise.all(lines)).flat()
}
