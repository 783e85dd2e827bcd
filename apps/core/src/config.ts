import { logLevel, port, readEnvironment } from '@throughline/process'
import { z } from 'zod'

export type Config = ReturnType<typeof loadConfig>

const schema = z.object({
  HOST: z.string().default('127.0.0.1'),
  CORE_PORT: port.default(50_051),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// URL' }),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// URL' }),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(100).default(10),
  CORE_MAX_WAITING_TASKS: z.coerce.number().int().min(1).max(10_000_000).default(100_000),
  RECONCILE_INTERVAL_MS: z.coerce.number().int().min(100).max(600_000).default(10_000),
  TASK_RETENTION_DAYS: z.coerce.number().int().min(1).max(3_650).default(30),
  LOG_LEVEL: logLevel,
})

export function loadConfig(env: Readonly<Record<string, string | undefined>>) {
  const values = readEnvironment(schema, env)
  return {
    host: values.HOST,
    port: values.CORE_PORT,
    databaseUrl: values.DATABASE_URL,
    databasePoolSize: values.DATABASE_POOL_SIZE,
    redisUrl: values.REDIS_URL,
    maxWaitingTasks: values.CORE_MAX_WAITING_TASKS,
    reconcileIntervalMs: values.RECONCILE_INTERVAL_MS,
    taskRetentionDays: values.TASK_RETENTION_DAYS,
    logLevel: values.LOG_LEVEL,
  }
}
