// The OpenAI client's spans, token usage and durations, for a major version its instrumentation does not know yet.
import { OpenAIInstrumentation } from '@opentelemetry/instrumentation-openai'

// Without this the instrumentation passes over openai 7 in silence. What it patches has kept its shape in 7;
// `instrumentations.test.ts` fails when that ends.
const supportedVersions = ['>=4.19.0 <8']

interface PatchedModules {
  readonly _modules: readonly { supportedVersions: string[] }[]
}

export function createOpenAIInstrumentation(): OpenAIInstrumentation {
  const instrumentation = new OpenAIInstrumentation()
  const { _modules } = instrumentation as unknown as PatchedModules
  for (const module of _modules) module.supportedVersions = supportedVersions
  return instrumentation
}
