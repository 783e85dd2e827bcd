// What telemetry says of this process before its first module runs: the default model. Several models cannot all be in
// one resource; the metric `throughline.model.info` names the others with their files.
// Variables, and MODELS_FILE with them, are read here and again by `main.ts`: telemetry is there before any of its modules.
import type { AttributeValue } from '@opentelemetry/api'
// Not from the whole package: it brings pino, which would be loaded before it is patched.
import { attributes } from '@throughline/telemetry/names'
import { type Config, loadConfig } from './config.ts'
import { fileHash, shortHash } from './models/file-hash.ts'

type Value = AttributeValue | Promise<AttributeValue>

export function describeResource(env: NodeJS.ProcessEnv): Record<string, Value> {
  const model = defaultModel(env)
  if (model === undefined) return {}
  return {
    [attributes.modelName]: model.name,
    [attributes.modelHash]: fileHash(model.path).then(shortHash),
  }
}

function defaultModel(env: NodeJS.ProcessEnv): Config['models'][number] | undefined {
  try {
    return loadConfig(env).models[0]
  } catch {
    // `main.ts` says what is wrong with the variables, and ends the process.
    return undefined
  }
}
