import { logLevel, port, readEnvironment } from '@throughline/process'
import { z } from 'zod'

const megabyte = 1_000_000

const schema = z.object({
  HOST: z.string().default('127.0.0.1'),
  LENS_PORT: port.default(8090),
  LENS_OTLP_PORT: port.default(4318),
  LENS_ALLOWED_HOSTS: z.string().default(''),
  LENS_MAX_BYTES: z.coerce
    .number()
    .int()
    .min(megabyte)
    .default(128 * megabyte),
  LENS_MAX_BODY_BYTES: z.coerce
    .number()
    .int()
    .min(1_000)
    .default(8 * megabyte),
  LENS_MAX_TRACE_SPANS: z.coerce.number().int().min(1).default(20_000),
  LENS_QUIET_MS: z.coerce.number().int().min(0).max(10_000).default(250),
  LOG_LEVEL: logLevel,
})

export interface LensConfig {
  readonly host: string
  readonly port: number
  readonly otlpPort: number
  /** Names other than localhost by which this machine may be addressed. */
  readonly allowedHosts: readonly string[]
  readonly maxBytes: number
  readonly maxBodyBytes: number
  readonly maxTraceSpans: number
  /** How long a trace must be silent to count as complete. */
  readonly quietMs: number
  readonly logLevel: string
}

export function loadConfig(env: Readonly<Record<string, string | undefined>>): LensConfig {
  const read = readEnvironment(schema, env)
  return {
    host: read.HOST,
    port: read.LENS_PORT,
    otlpPort: read.LENS_OTLP_PORT,
    allowedHosts: read.LENS_ALLOWED_HOSTS.split(',')
      .map((name) => name.trim().toLowerCase())
      .filter(Boolean),
    maxBytes: read.LENS_MAX_BYTES,
    maxBodyBytes: read.LENS_MAX_BODY_BYTES,
    maxTraceSpans: read.LENS_MAX_TRACE_SPANS,
    quietMs: read.LENS_QUIET_MS,
    logLevel: read.LOG_LEVEL,
  }
}
