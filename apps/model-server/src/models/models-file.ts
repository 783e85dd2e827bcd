// Several models at once: a JSON file that names them, each with what it may take.
import { readFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { EnvironmentError } from '@throughline/process'
import { z } from 'zod'
import type { ModelSource } from './served-model.ts'

/** For one model and, by variables, for all. */
export const modelLimits = {
  slots: z.number().int().min(1).max(64),
  contextTokens: z.number().int().min(16).max(1_048_576),
  outputTokens: z.number().int().min(1).max(65_536),
  threads: z.number().int().min(1).max(256),
}

const model = z.strictObject({
  /** Names stand in addresses and in metrics. */
  name: z
    .string()
    .regex(/^[\w.:-]+(\/[\w.:-]+)*$/, 'letters, digits and . _ : - / only')
    .max(128),
  path: z.string().endsWith('.gguf'),
  slots: modelLimits.slots.optional(),
  contextTokens: modelLimits.contextTokens.optional(),
  outputTokens: modelLimits.outputTokens.optional(),
  threads: modelLimits.threads.optional(),
  preload: z.boolean().optional(),
})

const schema = z.strictObject({
  models: z
    .array(model)
    .min(1)
    .max(64)
    .refine((models) => new Set(models.map(({ name }) => name)).size === models.length, {
      error: 'two models have the same name',
    })
    .refine(([first]) => first?.preload !== false, {
      error: 'the first model is the default one, and always loaded at the start',
    }),
})

/** What a model may take unless it is said for the model itself. */
export type ModelDefaults = Omit<ModelSource, 'name' | 'path' | 'preload'>

export function readModelsFile(path: string, defaults: ModelDefaults): ModelSource[] {
  const parsed = schema.safeParse(readJson(path))
  if (!parsed.success) throw unusable(path, parsed.error.issues.map(describe))
  return parsed.data.models.map((entry, index) => ({
    name: entry.name,
    // Where the file lies, and not where the server was started.
    path: resolve(dirname(path), entry.path),
    preload: entry.preload ?? index === 0,
    slots: entry.slots ?? defaults.slots,
    maxContextTokens: entry.contextTokens ?? defaults.maxContextTokens,
    maxOutputTokens: entry.outputTokens ?? defaults.maxOutputTokens,
    threads: entry.threads ?? defaults.threads,
  }))
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (err) {
    throw unusable(path, [err instanceof Error ? err.message : String(err)])
  }
}

function describe({ path, message }: z.core.$ZodIssue): string {
  return `${path.join('.')}: ${message}`
}

function unusable(path: string, problems: readonly string[]): EnvironmentError {
  const lines = problems.map((problem) => `  ${problem}`)
  return new EnvironmentError(`MODELS_FILE, ${basename(path)}, is not usable:\n${lines.join('\n')}`)
}
