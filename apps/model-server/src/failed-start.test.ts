// What the person at the terminal gets when nothing can be served: one line, and the end.
import { startProcess } from '@throughline/process/testing'
import { expect, test } from 'vitest'
import { modelFiles, withFacts } from './testing/model-files.ts'

const files = modelFiles()

test.for([
  ['there is no such file', files.path('missing.gguf')],
  ['it is not a GGUF file', files.write('text.gguf', () => Buffer.from('hello'))],
  [
    "its architecture, 'brain', is not one that the engine knows",
    files.write('brain.gguf', withFacts({ 'general.architecture': 'brain' })),
  ],
] as const)('ends when the model cannot be loaded: %s', async ([reason, path]) => {
  const started = startProcess({
    folder: new URL('..', import.meta.url),
    env: {
      MODEL_PATH: path,
      MODEL_SERVER_PORT: '0',
      OTEL_SDK_DISABLED: 'true',
      LOG_LEVEL: 'error',
    },
  })
  const [, name] = /(\w+)\.gguf$/.exec(path) ?? []
  const message = `The process ended with 1:\ncould not start: The model '${name}' cannot be loaded: ${reason}\n`
  await expect(started).rejects.toMatchObject({ message })
})
