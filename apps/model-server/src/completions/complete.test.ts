import { expect, test } from 'vitest'
import type { Engine } from '../engine/engine.ts'
import { createMetrics } from '../metrics.ts'
import { createSlots } from '../scheduling/slots.ts'
import { complete } from './complete.ts'
import { parseTextRequest } from './text-request.ts'

test('fails, and gives its slot back, when an engine ends an answer that it has not begun', async () => {
  const decoded = { finishReason: 'stop', outputTokens: 0, durationMs: 0 } as const
  const slots = createSlots({ slots: 1, maxWaiting: 0 })
  const model = {
    ...{ name: 'empty', hash: '', contextTokens: 100, maxOutputTokens: 100, slots },
    engine: { call: async () => decoded } as unknown as Engine,
  }
  const completed = complete(
    parseTextRequest({ model: 'empty', prompt: 'a' }),
    model,
    { tenant: '' },
    { signal: new AbortController().signal, startedAt: 0, onText: () => {} },
    createMetrics(),
  )
  await expect(completed).rejects.toThrow('before it began')
  expect(slots.busy()).toBe(0)
})
