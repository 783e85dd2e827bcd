// The gateway as it is started in earnest: its own process, telemetry on, and everything it talks to.
import { type RunningProcess, startProcess } from '@throughline/process/testing'
import type { Trace } from '@throughline/trace-testing'
import { type Receiver, startReceiver } from '@throughline/trace-testing/receiver'
import { Redis } from 'ioredis'
import { vi } from 'vitest'
import { type CorePeer, startCorePeer } from './core-peer.ts'

export interface GatewayProcess {
  readonly process: RunningProcess
  readonly peer: CorePeer
  readonly redis: Redis
  readonly receiver: Receiver
  /** Of every response so far: whatever is recorded has to belong to one of these. */
  readonly answered: Set<string>
  fetch(path: string, key: string, init?: RequestInit): Promise<Response>
  negotiate(key: string, headers?: Record<string, string>, query?: string): Promise<Response>
  /** A trace, once it has so many spans. */
  waitForTrace(traceId: string, spanCount: number): Promise<Trace>
  stop(): Promise<void>
}

export async function startGatewayProcess(
  redisUrl: string,
  env: Record<string, string> = {},
): Promise<GatewayProcess> {
  const peer = await startCorePeer()
  const receiver = await startReceiver()
  const redis = new Redis(redisUrl)
  const process = await startProcess({
    folder: new URL('../..', import.meta.url),
    imports: ['@throughline/telemetry/register'],
    env: {
      ...receiver.env,
      ...{ GATEWAY_PORT: '0', CORE_ADDRESS: peer.address, REDIS_URL: redisUrl, DEMO: 'true' },
      OTEL_SERVICE_NAME: 'gateway',
      ...env,
    },
  })
  const answered = new Set<string>()
  peer.calls.length = 0

  const request: GatewayProcess['fetch'] = async (path, key, init = {}) => {
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${key}`)
    const response = await fetch(process.address + path, { ...init, headers })
    answered.add(traceOf(response).traceId)
    return response
  }

  return {
    ...{ process, peer, redis, receiver, answered, fetch: request },
    negotiate(key, headers, query = '') {
      const body = JSON.stringify({ listingId: 'listing-1', budgetCents: 20_000 })
      const json = { 'content-type': 'application/json', ...headers }
      return request(`/v1/negotiate${query}`, key, { method: 'POST', headers: json, body })
    },
    waitForTrace(traceId, spanCount) {
      const enough = () => {
        const trace = receiver.trace(traceId)
        const names = trace.spans.map(({ name }) => name)
        if (names.length >= spanCount) return trace
        throw new Error(`${names.length} of ${spanCount} spans: ${names}`)
      }
      return vi.waitFor(enough, { timeout: 5_000 })
    },
    async stop() {
      await process.kill()
      redis.disconnect()
      await receiver.stop()
      await peer.stop()
    },
  }
}

export function traceOf(response: { readonly headers: Headers }) {
  const [, traceId = '', spanId = '', flags = ''] =
    response.headers.get('traceresponse')?.split('-') ?? []
  return { traceId, spanId, flags }
}
