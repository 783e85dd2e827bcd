import { hostname } from 'node:os'
import { logLevel, port, readEnvironment } from '@throughline/process'
import { z } from 'zod'

const milliseconds = z.coerce.number().int().min(1)

const schema = z.object({
  HOST: z.string().default('127.0.0.1'),
  ORCHESTRATOR_PORT: port.default(8082),
  ORCHESTRATOR_CONCURRENCY: z.coerce.number().int().min(1).max(256).default(4),
  ORCHESTRATOR_GRACE_MS: milliseconds.max(8_000).default(5_000),
  ORCHESTRATOR_LEASE_MS: milliseconds.min(500).max(600_000).default(10_000),
  WORKER_ID: z.string().max(100).optional(),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).default('redis://127.0.0.1:6379'),
  CORE_ADDRESS: z.string().default('127.0.0.1:50051'),
  MODEL_SERVER_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:8083'),
  MODEL_NAME: z.string().default('negotiator'),
  MODEL_TEMPERATURE: z.coerce.number().min(0).max(2).default(0),
  ORCHESTRATOR_MODEL_TIMEOUT_MS: milliseconds.max(600_000).default(15_000),
  LOG_LEVEL: logLevel,
})

export type Config = ReturnType<typeof loadConfig>

export function loadConfig(env: Readonly<Record<string, string | undefined>>) {
  const values = readEnvironment(schema, env)
  return {
    host: values.HOST,
    port: values.ORCHESTRATOR_PORT,
    concurrency: values.ORCHESTRATOR_CONCURRENCY,
    graceMs: values.ORCHESTRATOR_GRACE_MS,
    leaseMs: values.ORCHESTRATOR_LEASE_MS,
    workerId: values.WORKER_ID ?? `${hostname()}-${process.pid}`,
    redisUrl: values.REDIS_URL,
    coreAddress: values.CORE_ADDRESS,
    model: {
      url: values.MODEL_SERVER_URL,
      name: values.MODEL_NAME,
      temperature: values.MODEL_TEMPERATURE,
      timeoutMs: values.ORCHESTRATOR_MODEL_TIMEOUT_MS,
    },
    logLevel: values.LOG_LEVEL,
  }
}
