// How long the gateway takes from being spawned to listening. Core and the databases are there before.
import type { MeasuredProcess } from '../measured-process.ts'
import { startService } from '../services.ts'
import { variants } from '../variants.ts'
import type { Bench, Part } from './part.ts'

export function startPart(): Part & AsyncDisposable {
  let core: MeasuredProcess | undefined
  const withPlugin = true
  const startGateway = (bench: Bench, variant: (typeof variants)[number]) => {
    const variables = { GATEWAY_PORT: '0', CORE_ADDRESS: `127.0.0.1:${core?.port}` }
    return startService(bench, variant, 'gateway', variables, { withPlugin })
  }
  return {
    async prepare(bench) {
      core = await startService(bench, 'off', 'core', { CORE_PORT: '0' })
      // The first start of each fills Node's compile cache.
      for (const variant of variants) await (await startGateway(bench, variant)).stop()
    },
    async measure(bench, variant) {
      await using gateway = await startGateway(bench, variant)
      return { startMs: gateway.startMs }
    },
    async [Symbol.asyncDispose]() {
      await core?.stop()
    },
  }
}
