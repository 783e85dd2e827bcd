import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { logLevel, port, readEnvironment } from '@throughline/process'
import { z } from 'zod'

const schema = z.object({
  HOST: z.string().default('127.0.0.1'),
  MODEL_SERVER_PORT: port.default(8083),
  LOG_LEVEL: logLevel,
  DEMO: z.stringbool().default(false),
  MODEL_PATH: z
    .string()
    .endsWith('.gguf')
    .default(fileURLToPath(new URL('../models/negotiator.gguf', import.meta.url))),
  MODEL_SLOTS: z.coerce.number().int().min(1).max(64).default(4),
  MODEL_QUEUE_LIMIT: z.coerce.number().int().min(0).max(10_000).default(64),
  MODEL_MAX_CONTEXT_TOKENS: z.coerce.number().int().min(16).max(1_048_576).default(4_096),
  MODEL_MAX_OUTPUT_TOKENS: z.coerce.number().int().min(1).max(65_536).default(1_024),
  MODEL_TIMEOUT_MS: z.coerce.number().int().min(1).max(3_600_000).default(60_000),
})

export type Config = ReturnType<typeof loadConfig>

export function loadConfig(env: Readonly<Record<string, string | undefined>>) {
  const variables = readEnvironment(schema, env)
  return {
    host: variables.HOST,
    port: variables.MODEL_SERVER_PORT,
    logLevel: variables.LOG_LEVEL,
    /** Faults that a request asks for are obeyed only in a demonstration. */
    demo: variables.DEMO,
    /** The first is the default one. */
    models: [
      {
        name: basename(variables.MODEL_PATH, '.gguf'),
        path: variables.MODEL_PATH,
        slots: variables.MODEL_SLOTS,
        maxContextTokens: variables.MODEL_MAX_CONTEXT_TOKENS,
      },
    ],
    /** How many requests may wait for a slot. */
    maxWaiting: variables.MODEL_QUEUE_LIMIT,
    maxOutputTokens: variables.MODEL_MAX_OUTPUT_TOKENS,
    /** From a request's arrival to its last token. */
    timeoutMs: variables.MODEL_TIMEOUT_MS,
  }
}
