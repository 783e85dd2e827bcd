import { createLogger } from '@throughline/telemetry'
import { afterEach, expect, test, vi } from 'vitest'
import { modelFiles, withFacts } from '../testing/model-files.ts'
import { type Engine, startEngine } from './engine.ts'

const files = modelFiles()
const logger = createLogger({ name: 'model-server', level: 'silent' })

let engine: Engine | undefined
afterEach(() => engine?.close())

const start = async (modelPath: string, slots = 1) => {
  engine = await startEngine({
    ...{ modelPath, slots, maxContextTokens: 64, threads: 1 },
    ...{ loadTimeoutMs: 60_000, stallMs: 30_000, logger },
  })
  return engine
}

test('gives one vector for a text, the same each time, whatever else is asked meanwhile', async () => {
  const { call, embeds } = await start(
    files.write('mean.gguf', withFacts({ 'llama.pooling_type': 1 })),
  )
  expect(embeds).toBe(true)
  const embed = async (text: string) => call('embed', { tokens: await call('tokenize', { text }) })
  const [one, other, again] = await Promise.all(['ask:0450', 'offer', 'ask:0450'].map(embed))
  expect(one).toHaveLength(160)
  expect(again).toEqual(one)
  expect(other).not.toEqual(one)
})

test('takes room for one text, however many answers others may write', async () => {
  const path = files.write('roomy.gguf', withFacts({ 'llama.pooling_type': 1 }))
  const { contextTokens, stats } = await start(path, 64)
  await vi.waitFor(() => expect(stats()?.kvCells).toBe(contextTokens))
})

test('gives none by a model that was not made for it', async () => {
  const { call, embeds } = await start(files.write('plain.gguf'))
  expect(embeds).toBe(false)
  const tokens = await call('tokenize', { text: 'ask:0450' })
  await expect(call('embed', { tokens })).rejects.toThrow('not made for embeddings')
})
