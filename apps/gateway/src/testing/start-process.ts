// The gateway as it is started in earnest: its own process, telemetry on, and everything it talks to.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Redis } from 'ioredis'
import { vi } from 'vitest'
import { type CorePeer, startCorePeer } from './core-peer.ts'
import { type OtlpReceiver, type OtlpSpan, startOtlpReceiver } from './otlp-receiver.ts'

export interface GatewayProcess {
  readonly origin: string
  readonly port: number
  readonly peer: CorePeer
  readonly redis: Redis
  readonly otlp: OtlpReceiver
  readonly process: ChildProcess
  readonly logs: Record<string, unknown>[]
  /** Of every response so far: whatever is recorded has to belong to one of these. */
  readonly answered: Set<string>
  fetch(path: string, key: string, init?: RequestInit): Promise<Response>
  negotiate(key: string, headers?: Record<string, string>, query?: string): Promise<Response>
  /** All spans of a trace, once there are so many. */
  spansOf(traceId: string, count: number): Promise<OtlpSpan[]>
  stop(): Promise<void>
}

export async function startProcess(redisUrl: string): Promise<GatewayProcess> {
  const peer = await startCorePeer()
  const otlp = await startOtlpReceiver()
  const redis = new Redis(redisUrl)
  const child = spawnGateway({
    ...{ GATEWAY_PORT: '0', CORE_ADDRESS: peer.address, REDIS_URL: redisUrl, DEMO: 'true' },
    OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
  })
  const logs = jsonLinesOf(child)
  const origin = await vi.waitFor(() => addressIn(logs), { timeout: 20_000 })
  const answered = new Set<string>()
  peer.calls.length = 0

  const request: GatewayProcess['fetch'] = async (path, key, init = {}) => {
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${key}`)
    const response = await fetch(origin + path, { ...init, headers })
    answered.add(traceOf(response).traceId)
    return response
  }

  return {
    ...{ origin, peer, redis, otlp, process: child, logs, answered, fetch: request },
    port: Number(new URL(origin).port),
    negotiate(key, headers, query = '') {
      const body = JSON.stringify({ listingId: 'listing-1', budgetCents: 20_000 })
      const json = { 'content-type': 'application/json', ...headers }
      return request(`/v1/negotiate${query}`, key, { method: 'POST', headers: json, body })
    },
    spansOf(traceId, count) {
      const enough = () => {
        const spans = otlp.spans.filter((span) => span.traceId === traceId)
        if (spans.length >= count) return spans
        throw new Error(`${spans.length} of ${count} spans: ${spans.map(({ name }) => name)}`)
      }
      return vi.waitFor(enough, { timeout: 5_000 })
    },
    async stop() {
      if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit')
      redis.disconnect()
      otlp.stop()
      await peer.stop()
    },
  }
}

export function traceOf(response: { readonly headers: Headers }) {
  const [, traceId = '', spanId = '', flags = ''] =
    response.headers.get('traceresponse')?.split('-') ?? []
  return { traceId, spanId, flags }
}

function spawnGateway(env: Record<string, string>): ChildProcess {
  const flags = ['-C', '@throughline/source', '--import', '@throughline/telemetry/register']
  return spawn(process.execPath, [...flags, 'src/main.ts'], {
    cwd: new URL('../..', import.meta.url),
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: '',
      OTEL_SERVICE_NAME: 'gateway',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '50',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      ...env,
    },
  })
}

function jsonLinesOf({ stdout }: ChildProcess): Record<string, unknown>[] {
  if (stdout === null) throw new Error('The process has no standard output')
  const lines: Record<string, unknown>[] = []
  createInterface(stdout).on('line', (line) => lines.push(JSON.parse(line)))
  return lines
}

function addressIn(logs: readonly Record<string, unknown>[]): string {
  const listening = logs.find(({ msg }) => msg === 'listening')
  if (listening === undefined) throw new Error('The gateway is not listening yet')
  return String(listening.address)
}
