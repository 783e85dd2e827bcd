// All services that a negotiation passes, and a caller at the gateway.
import { searchResponseSchema, taskSchema } from '@throughline/contracts'
import type { MeasuredProcess } from '../../telemetry/measured-process.ts'
import { type AppName, measuredEnv, startApp } from '../../telemetry/start-app.ts'
import type { System } from '../../telemetry/system.ts'
import type { Variant } from '../../telemetry/variants.ts'
import { startModelServer } from '../subjects/model-server.ts'
import type { Bench } from '../subjects/subject.ts'

const timeoutMs = 30_000

export interface Listing {
  readonly id: string
  readonly priceCents: number
}

export interface Services extends AsyncDisposable {
  modelCalls(): number
  findListings(): Promise<readonly Listing[]>
  /** Until its result is there, in ms. */
  negotiate(listingId: string, budgetCents: number): Promise<number>
}

export async function startServices(
  bench: Bench,
  system: System,
  variant: Variant,
): Promise<Services> {
  await using stack = new AsyncDisposableStack()
  let modelCalls = 0
  const onCompletion = () => {
    modelCalls += 1
  }
  const model = stack.use(await startModelServer(bench, variant, onCompletion))
  const start = async (name: AppName, variables: Readonly<Record<string, string>>) =>
    stack.use(await startService(bench, system, variant, name, variables))
  const core = await start('core', { CORE_PORT: '0' })
  const CORE_ADDRESS = `127.0.0.1:${core.port}`
  const MODEL_SERVER_URL = `http://127.0.0.1:${model.port}`
  await start('orchestrator', { CORE_ADDRESS, MODEL_SERVER_URL, ORCHESTRATOR_PORT: '0' })
  const gateway = await start('gateway', { CORE_ADDRESS, GATEWAY_PORT: '0' })

  const post = async (path: string, body: object): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${gateway.port}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${system.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.any([bench.signal, AbortSignal.timeout(timeoutMs)]),
    })
    if (response.status === 200) return response.json()
    throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
  }
  const owned = stack.move()
  return {
    modelCalls: () => modelCalls,
    async findListings() {
      const { listings } = searchResponseSchema.parse(await post('/v1/search', { query: 'camera' }))
      return listings
    },
    async negotiate(listingId, budgetCents) {
      const startedAt = performance.now()
      const body = await post('/v1/negotiate?wait=true', { listingId, budgetCents })
      const tookMs = performance.now() - startedAt
      const { state, result, error } = taskSchema.parse(body)
      if (!result) throw new Error(`the negotiation is ${state}: ${error?.message}`)
      return tookMs
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function startService(
  { env, receiver, signal }: Bench,
  { databaseUrl, redisUrl }: System,
  variant: Variant,
  name: AppName,
  variables: Readonly<Record<string, string>>,
): Promise<MeasuredProcess> {
  return startApp(name, {
    ...{ variant, signal },
    env: {
      ...measuredEnv(env, variant, receiver.url),
      ...{ DATABASE_URL: databaseUrl, REDIS_URL: redisUrl },
      ...variables,
    },
  })
}
