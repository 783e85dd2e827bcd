import { readEnvironment } from '@throughline/process'
import { z } from 'zod'

const httpUrl = z.url({ protocol: /^https?$/ })

const schema = z.object({
  HOST: z.string().default('127.0.0.1'),
  TRAFFIC_PORT: z.coerce.number().int().min(0).max(65_535).default(8085),
  TRAFFIC_RATE: z.coerce.number().min(0.01).max(200).default(1),
  TRAFFIC_SEED: z.coerce.number().int().min(0).max(4_294_967_295).default(7),
  TRAFFIC_DAY_MINUTES: z.coerce.number().min(0.1).max(1_440).default(10),
  TRAFFIC_LIMIT: z.coerce.number().int().min(1).optional(),
  TRAFFIC_CONCURRENCY: z.coerce.number().int().min(1).max(1_000).default(32),
  TRAFFIC_API_KEY: z.string().default('tl_demo_key'),
  TRAFFIC_LIMITED_API_KEY: z.string().default('tl_bazaar_key'),
  GATEWAY_URL: httpUrl.default('http://127.0.0.1:8080'),
  JAEGER_URL: httpUrl.optional(),
  GRAFANA_LINK: httpUrl.optional(),
  JAEGER_LINK: httpUrl.optional(),
  PROMETHEUS_LINK: httpUrl.optional(),
  GATEWAY_LINK: httpUrl.optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
})

export type Config = ReturnType<typeof loadConfig>

export function loadConfig(env: Readonly<Record<string, string | undefined>>) {
  const values = readEnvironment(schema, env)
  return {
    host: values.HOST,
    port: values.TRAFFIC_PORT,
    /** Shoppers a second, averaged over a day. */
    rate: values.TRAFFIC_RATE,
    seed: values.TRAFFIC_SEED,
    daySeconds: values.TRAFFIC_DAY_MINUTES * 60,
    /** How many shoppers come in all; unbounded when absent. */
    limit: values.TRAFFIC_LIMIT,
    concurrency: values.TRAFFIC_CONCURRENCY,
    gateway: {
      url: values.GATEWAY_URL,
      apiKey: values.TRAFFIC_API_KEY,
      /** Of a tenant whose minute is soon used up. */
      limitedApiKey: values.TRAFFIC_LIMITED_API_KEY,
    },
    /** Where to ask whether a trace has arrived. */
    jaegerUrl: values.JAEGER_URL,
    /** As a browser reaches them; what is absent is not printed. */
    links: {
      grafana: values.GRAFANA_LINK,
      jaeger: values.JAEGER_LINK,
      prometheus: values.PROMETHEUS_LINK,
      gateway: values.GATEWAY_LINK,
    },
    logLevel: values.LOG_LEVEL,
  }
}
