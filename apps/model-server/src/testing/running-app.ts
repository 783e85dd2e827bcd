// The app on a port of its own, with the model that it ships: what the tests talk to.
import { promisify } from 'node:util'
import { createLogger } from '@throughline/telemetry'
import OpenAI from 'openai'
import { buildApp } from '../app.ts'
import { type Config, loadConfig } from '../config.ts'
import type { Engine } from '../engine/engine.ts'
import { createMetrics } from '../metrics.ts'
import { type Models, startModels } from '../models/models.ts'
import { createUpstream } from '../upstream/upstream.ts'

export interface RunningApp {
  readonly url: string
  readonly client: OpenAI
  readonly models: Models
  /** The default model's. */
  readonly engine: Engine
  /** Sockets that the server holds. */
  readonly connections: () => Promise<number>
  readonly post: (body: string | object) => Promise<Response>
  readonly close: () => Promise<void>
}

/** Variables are set as a user would; what has no variable is overridden. */
export async function startApp(
  env: Readonly<Record<string, string>> = {},
  overrides: Partial<Config> = {},
): Promise<RunningApp> {
  const config = { ...loadConfig(env), ...overrides }
  const logger = createLogger({ name: 'model-server', level: 'silent' })
  const metrics = createMetrics()
  const models = await startModels(config.models, { ...config, metrics, logger })
  metrics.observe(models)
  const [model] = models.loaded()
  if (model === undefined) throw new Error('No model is loaded')
  const upstream = config.upstream && createUpstream({ ...config.upstream, metrics, logger })
  const app = await buildApp({ ...config, models, metrics, logger, upstream })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    url,
    client: new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0, logLevel: 'off' }),
    models,
    engine: model.engine,
    connections: promisify(app.server.getConnections.bind(app.server)),
    post: (body) =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    close: async () => {
      await app.close()
      await upstream?.close()
      await models.close()
    },
  }
}

const prompt = 'decide side:buyer round:1 ask:00450 offer:00396 limit:00400 gap:near tone:plain'

/** A turn that the model knows: not forty tokens of prompt, about as many of answer. */
export const turn = {
  model: 'negotiator',
  messages: [{ role: 'user' as const, content: prompt }],
  temperature: 0,
}

/** A structured answer that fills the context: many characters, each a token. */
export const longTurn = {
  ...turn,
  response_format: {
    type: 'json_schema' as const,
    json_schema: {
      name: 'digits',
      schema: {
        type: 'object',
        properties: { digits: { type: 'string', pattern: '^[0-9]{110}$' } },
        required: ['digits'],
        additionalProperties: false,
      },
    },
  },
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = []
  for await (const item of items) collected.push(item)
  return collected
}
