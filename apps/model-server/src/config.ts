import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EnvironmentError, logLevel, port, readEnvironment } from '@throughline/process'
import { z } from 'zod'
import { type ModelDefaults, modelLimits, readModelsFile } from './models/models-file.ts'
import type { ModelSource } from './models/served-model.ts'
import { upstreamUrl } from './upstream/upstream-url.ts'

const schema = z.object({
  HOST: z.string().default('127.0.0.1'),
  MODEL_SERVER_PORT: port.default(8083),
  LOG_LEVEL: logLevel,
  DEMO: z.stringbool().default(false),
  // One model, none, or several.
  MODEL_PATH: z.union([z.literal('none'), z.string().endsWith('.gguf')]).optional(),
  MODELS_FILE: z.string().endsWith('.json').optional(),
  MODEL_SLOTS: z.coerce.number().pipe(modelLimits.slots).default(4),
  MODEL_QUEUE_LIMIT: z.coerce.number().int().min(0).max(10_000).default(128),
  MODEL_MAX_CONTEXT_TOKENS: z.coerce.number().pipe(modelLimits.contextTokens).default(4_096),
  MODEL_MAX_OUTPUT_TOKENS: z.coerce.number().pipe(modelLimits.outputTokens).default(1_024),
  MODEL_THREADS: z.coerce.number().pipe(modelLimits.threads).default(1),
  MODEL_TIMEOUT_MS: z.coerce.number().int().min(1).max(3_600_000).default(60_000),
  MODEL_MAX_BODY_BYTES: z.coerce.number().int().min(1_024).max(67_108_864).default(262_144),
  MODEL_LOAD_TIMEOUT_MS: z.coerce.number().int().min(1).max(3_600_000).default(120_000),
  // An engine that works says so once a second.
  MODEL_STALL_MS: z.coerce.number().int().min(2_000).max(3_600_000).default(30_000),
  UPSTREAM_URL: upstreamUrl.optional(),
  UPSTREAM_API_KEY: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII')
    .optional(),
  UPSTREAM_PROVIDER: z
    .string()
    .regex(/^[a-z][a-z0-9._-]{0,63}$/)
    .default('openai'),
  UPSTREAM_MAX_REQUESTS: z.coerce.number().int().min(1).max(1_024).default(64),
  UPSTREAM_CONNECT_TIMEOUT_MS: z.coerce.number().int().min(1).max(600_000).default(3_000),
  UPSTREAM_FIRST_TOKEN_TIMEOUT_MS: z.coerce.number().int().min(1).max(3_600_000).default(30_000),
  UPSTREAM_TOKEN_GAP_TIMEOUT_MS: z.coerce.number().int().min(1).max(3_600_000).default(10_000),
  UPSTREAM_PAUSE_MS: z.coerce.number().int().min(1).max(3_600_000).default(10_000),
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
    models: modelsOf(variables),
    /** How many requests may wait for a slot. */
    maxWaiting: variables.MODEL_QUEUE_LIMIT,
    /** From a request's arrival to its last token. */
    timeoutMs: variables.MODEL_TIMEOUT_MS,
    maxBodyBytes: variables.MODEL_MAX_BODY_BYTES,
    /** From the engine's start until its model is loaded. */
    loadTimeoutMs: variables.MODEL_LOAD_TIMEOUT_MS,
    /** How long an engine that has work may show no progress. */
    stallMs: variables.MODEL_STALL_MS,
    ...(variables.UPSTREAM_URL !== undefined && {
      /** Who is asked for every other model. */
      upstream: {
        url: variables.UPSTREAM_URL,
        apiKey: variables.UPSTREAM_API_KEY,
        providerName: variables.UPSTREAM_PROVIDER,
        maxRequests: variables.UPSTREAM_MAX_REQUESTS,
        connectTimeoutMs: variables.UPSTREAM_CONNECT_TIMEOUT_MS,
        firstTokenTimeoutMs: variables.UPSTREAM_FIRST_TOKEN_TIMEOUT_MS,
        betweenTokensTimeoutMs: variables.UPSTREAM_TOKEN_GAP_TIMEOUT_MS,
        /** How long a provider that fails is left alone. */
        pauseMs: variables.UPSTREAM_PAUSE_MS,
      },
    }),
  }
}

const shippedModel = fileURLToPath(new URL('../models/negotiator.gguf', import.meta.url))

function modelsOf(variables: z.infer<typeof schema>): ModelSource[] {
  const { MODEL_PATH, MODELS_FILE, UPSTREAM_URL } = variables
  const defaults: ModelDefaults = {
    slots: variables.MODEL_SLOTS,
    maxContextTokens: variables.MODEL_MAX_CONTEXT_TOKENS,
    maxOutputTokens: variables.MODEL_MAX_OUTPUT_TOKENS,
    threads: variables.MODEL_THREADS,
  }
  if (MODEL_PATH !== undefined && MODELS_FILE !== undefined) {
    throw new EnvironmentError(
      'MODEL_PATH and MODELS_FILE are both set: one of them names the models',
    )
  }
  if (MODEL_PATH === 'none') {
    if (UPSTREAM_URL !== undefined) return []
    throw new EnvironmentError('MODEL_PATH is none, so UPSTREAM_URL has to say who is asked')
  }
  if (MODELS_FILE === undefined) {
    const path = MODEL_PATH ?? shippedModel
    return [{ name: basename(path, '.gguf'), path, preload: true, ...defaults }]
  }
  return readModelsFile(MODELS_FILE, defaults)
}
