// Core and one orchestrator, as they run in earnest, with telemetry or without.
import { TaskServiceDefinition } from '@throughline/contracts'
import { createChannel, createClient } from 'nice-grpc'
import type { MeasuredProcess } from '../telemetry/measured-process.ts'
import { measuredEnv, startApp } from '../telemetry/start-app.ts'
import type { Variant } from '../telemetry/variants.ts'
import type { Bench } from './parts/part.ts'

export const concurrency = 64

export interface Services extends AsyncDisposable {
  readonly core: MeasuredProcess
  readonly orchestrator: MeasuredProcess
  submit(tenantId: string, nodes: number): Promise<string>
}

export async function startServices(bench: Bench, variant: Variant): Promise<Services> {
  await using stack = new AsyncDisposableStack()
  const core = stack.use(await startCore(bench, variant))
  const address = `127.0.0.1:${core.port}`
  const orchestrator = stack.use(await startOrchestrator(bench, variant, address))
  const channel = stack.adopt(createChannel(address), (one) => one.close())
  const tasks = createClient(TaskServiceDefinition, channel)
  const owned = stack.move()
  return {
    ...{ core, orchestrator },
    async submit(tenantId, nodes) {
      const { taskId } = await tasks.submitTask({ tenantId, type: 'noop', request: { nodes } })
      return taskId
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

export function startCore(bench: Bench, variant: Variant): Promise<MeasuredProcess> {
  const { databaseUrl } = bench.system
  return startService(bench, variant, 'core', { CORE_PORT: '0', DATABASE_URL: databaseUrl })
}

export function startOrchestrator(
  bench: Bench,
  variant: Variant,
  coreAddress: string,
): Promise<MeasuredProcess> {
  return startService(bench, variant, 'orchestrator', {
    CORE_ADDRESS: coreAddress,
    ORCHESTRATOR_PORT: '0',
    ORCHESTRATOR_CONCURRENCY: String(concurrency),
  })
}

function startService(
  { env, receiver, system, signal }: Bench,
  variant: Variant,
  name: 'core' | 'orchestrator',
  variables: Readonly<Record<string, string>>,
): Promise<MeasuredProcess> {
  return startApp(name, {
    ...{ variant, signal },
    env: {
      ...measuredEnv(env, variant, receiver.url),
      REDIS_URL: system.redisUrl,
      ...variables,
    },
  })
}
