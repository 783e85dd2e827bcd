import { logLevel, port, readEnvironment } from '@throughline/process'
import { z } from 'zod'

const environmentSchema = z.object({
  HOST: z.string().default('127.0.0.1'),
  GATEWAY_PORT: port.default(8080),
  CORE_ADDRESS: z.string().default('127.0.0.1:50051'),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).default('redis://127.0.0.1:6379'),
  LOG_LEVEL: logLevel,
  DEMO: z.stringbool().default(false),
})

export interface Config {
  readonly host: string
  readonly port: number
  readonly coreAddress: string
  readonly redisUrl: string
  readonly logLevel: string
  /** Whether a trusted caller may ask for a fault. */
  readonly demo: boolean
}

export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const read = readEnvironment(environmentSchema, env)
  return {
    host: read.HOST,
    port: read.GATEWAY_PORT,
    coreAddress: read.CORE_ADDRESS,
    redisUrl: read.REDIS_URL,
    logLevel: read.LOG_LEVEL,
    demo: read.DEMO,
  }
}
