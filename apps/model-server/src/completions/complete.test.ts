import { createLogger } from '@throughline/telemetry'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { loadConfig } from '../config.ts'
import type { Engine } from '../engine/engine.ts'
import { createMetrics, type Metrics } from '../metrics.ts'
import { type Models, startModels } from '../models/models.ts'
import type { ServedModel } from '../models/served-model.ts'
import { type CompletionObserver, complete } from './complete.ts'
import type { CompletionRequest } from './request.ts'
import { parseTextRequest } from './text-request.ts'

const outputTokens = vi.fn<Metrics['outputTokens']>()
const metrics = { ...createMetrics(), outputTokens }

let models: Models
let model: ServedModel
beforeAll(async () => {
  const config = loadConfig({})
  const logger = createLogger({ name: 'model-server', level: 'silent' })
  models = await startModels(config.models, { ...config, metrics, logger })
  model = await models.get('negotiator', new AbortController().signal)
})
afterAll(() => models.close())
beforeEach(() => void outputTokens.mockClear())

/** Each character is a token. */
const digits: CompletionRequest = {
  ...parseTextRequest({ model: 'negotiator', prompt: '1', temperature: 0, max_tokens: 100 }),
  grammar: 'root ::= [0-9]{100}',
}

const write = (observer: Partial<CompletionObserver>, asked = model) => {
  const { signal } = new AbortController()
  const whole = { signal, startedAt: 0, onText: () => {}, ...observer }
  return complete(digits, asked, { tenant: '' }, whole, metrics)
}

test('counts what was written of an answer whose caller leaves', async () => {
  const caller = new AbortController()
  let text = ''
  const written = write({
    signal: caller.signal,
    onText: (piece) => {
      text += piece
      caller.abort(new Error('gone'))
    },
  })
  await expect(written).rejects.toThrow('gone')
  expect(text).not.toBe('')
  expect(outputTokens.mock.calls).toEqual([['negotiator', text.length]])
})

test('counts what was written of a whole answer once', async () => {
  await write({})
  expect(outputTokens.mock.calls).toEqual([['negotiator', 100]])
})

test('fails, and gives its slot back, when an engine ends an answer that it has not begun', async () => {
  const decoded = { finishReason: 'stop', outputTokens: 0, durationMs: 0 } as const
  const engine = { ...model.engine, call: async () => decoded } as unknown as Engine
  await expect(write({}, { ...model, engine })).rejects.toThrow('before it began')
  expect(model.slots.busy()).toBe(0)
})
