// The two services that a search passes, as they run in earnest, in one variant.
import { createHttpLoad, type HttpLoad } from './http-load.ts'
import type { MeasuredProcess } from './measured-process.ts'
import type { Bench } from './parts/part.ts'
import { startApp } from './start-app.ts'
import type { Variant } from './variants.ts'

export interface Services extends AsyncDisposable {
  readonly gateway: MeasuredProcess
  readonly core: MeasuredProcess
  readonly search: HttpLoad
  cpuMicros(): Promise<number>
}

export interface ServicesOptions {
  readonly withPlugin?: boolean
}

export async function startServices(
  bench: Bench,
  variant: Variant,
  options: ServicesOptions = {},
): Promise<Services> {
  await using stack = new AsyncDisposableStack()
  const core = stack.use(await startService(bench, variant, 'core', { CORE_PORT: '0' }, options))
  const variables = { GATEWAY_PORT: '0', CORE_ADDRESS: `127.0.0.1:${core.port}` }
  const gateway = stack.use(await startService(bench, variant, 'gateway', variables, options))
  const { apiKey } = await bench.system()
  const search = stack.use(createHttpLoad(searchAt(gateway.port, apiKey), bench.signal))
  const owned = stack.move()
  return {
    ...{ gateway, core, search },
    async cpuMicros() {
      const [one, other] = await Promise.all([gateway.usage(), core.usage()])
      return one.cpuMicros + other.cpuMicros
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

export async function startService(
  bench: Bench,
  variant: Variant,
  name: 'core' | 'gateway',
  variables: Readonly<Record<string, string>>,
  { withPlugin }: ServicesOptions = {},
): Promise<MeasuredProcess> {
  const { databaseUrl, redisUrl } = await bench.system()
  return startApp(name, {
    ...{ variant, withPlugin, signal: bench.signal },
    env: {
      ...bench.env(variant),
      ...{ DATABASE_URL: databaseUrl, REDIS_URL: redisUrl },
      ...variables,
    },
  })
}

function searchAt(port: number, apiKey: string) {
  const body = JSON.stringify({ query: 'bike', pageSize: 5 })
  const headers = {
    authorization: `Bearer ${apiKey}`,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
  }
  return { port, path: '/v1/search', method: 'POST', headers, body } as const
}
