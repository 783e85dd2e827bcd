// One more gateway before the running system, which samples at a ratio of its own; all behind it sample what it does.
import { acmeKey, demoKey } from '@throughline/core/seed'
import { type RunningProcess, startProcess } from '@throughline/process/testing'
import type { RunningSystem } from './running-system.ts'
import { type Listing, negotiationOver } from './scenarios.ts'

export interface Answered {
  readonly kind: 'search' | 'negotiation' | 'events'
  readonly traceId: string
  /** What the gateway has decided, by its own word. */
  readonly sampled: boolean
}

export interface SamplingGateway {
  readonly process: RunningProcess
  /** `forced` comes from a trusted caller whose trace it is, and who samples it. */
  negotiate(listing: Listing, traceparent?: string): Promise<Answered[]>
  search(): Promise<Answered>
}

const streamTimeoutMs = 20_000
/** A stranger's, who would like to be sampled. */
const pushy = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }

export async function startSamplingGateway(
  { system, ports, exportVariables }: RunningSystem,
  ratio: number,
): Promise<SamplingGateway> {
  const process = await startProcess({
    folder: new URL('../apps/gateway/', import.meta.url),
    imports: ['@throughline/telemetry/register'],
    env: {
      ...exportVariables,
      ...{ GATEWAY_PORT: '0', CORE_ADDRESS: `127.0.0.1:${ports.core}`, REDIS_URL: system.redisUrl },
      OTEL_SERVICE_NAME: 'gateway',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: String(ratio),
    },
  })
  let searches = 0

  async function ask(kind: Answered['kind'], path: string, init: RequestInit) {
    const headers = { authorization: `Bearer ${demoKey}`, ...init.headers }
    const signal = AbortSignal.timeout(streamTimeoutMs)
    const response = await fetch(process.address + path, { ...init, headers, signal })
    const body = await response.text()
    if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${body}`)
    const [, traceId = '', , flags = ''] = response.headers.get('traceresponse')?.split('-') ?? []
    const answered: Answered = { kind, traceId, sampled: (Number.parseInt(flags, 16) & 1) === 1 }
    return { answered, body }
  }
  const post = (json: unknown, headers: Record<string, string> = {}): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(json),
  })

  return {
    process,
    async search() {
      searches += 1
      const stranger = { authorization: `Bearer ${acmeKey}`, ...pushy }
      const headers = searches % 2 === 0 ? stranger : {}
      return (await ask('search', '/v1/search', post({ query: 'camera' }, headers))).answered
    },
    async negotiate(listing, traceparent) {
      const headers: Record<string, string> = traceparent === undefined ? {} : { traceparent }
      const init = post(negotiationOver(listing), headers)
      const { answered, body } = await ask('negotiation', '/v1/negotiate', init)
      const { id } = JSON.parse(body) as { id: string }
      const events = await ask('events', `/v1/tasks/${id}/events`, { headers })
      return [answered, events.answered]
    },
  }
}
