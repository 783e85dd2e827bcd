// For the variants that are not ours: our Fastify plugin is taken out of the services, so that they pay for nothing of it
// and a request does not have two spans.
import { registerHooks } from 'node:module'

const specifier = '@throughline/telemetry/fastify'

registerHooks({
  resolve(asked, context, next) {
    if (asked !== specifier || context.parentURL === stub) return next(asked, context)
    return { url: stub, shortCircuit: true }
  },
})

const stub = new URL('./empty-plugin.ts', import.meta.url).href
