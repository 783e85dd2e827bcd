// The app without a model of its own, before a provider: what forwarding is tested with.
import { createLogger } from '@throughline/telemetry'
import OpenAI from 'openai'
import { buildApp } from '../app.ts'
import { loadConfig } from '../config.ts'
import { createMetrics } from '../metrics.ts'
import { startModels } from '../models/models.ts'
import { createUpstream } from '../upstream/upstream.ts'

export interface Forwarder extends AsyncDisposable {
  readonly url: string
  readonly client: OpenAI
  readonly post: (path: string, body: string | object, signal?: AbortSignal) => Promise<Response>
}

export async function startForwarder(env: Readonly<Record<string, string>>): Promise<Forwarder> {
  const config = loadConfig({ MODEL_PATH: 'none', ...env })
  if (config.upstream === undefined) throw new Error('UPSTREAM_URL is not set')
  const logger = createLogger({ name: 'model-server', level: 'silent' })
  const metrics = createMetrics()
  const models = await startModels(config.models, { ...config, metrics, logger })
  const upstream = createUpstream({ ...config.upstream, metrics, logger })
  const app = await buildApp({ ...config, models, metrics, logger, upstream })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    url,
    client: new OpenAI({ baseURL: `${url}/v1`, apiKey: 'ours', maxRetries: 0, logLevel: 'off' }),
    post: (path, body, signal) =>
      fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer ours' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...(signal && { signal }),
      }),
    async [Symbol.asyncDispose]() {
      await app.close()
      await upstream.close()
      await models.close()
    },
  }
}
