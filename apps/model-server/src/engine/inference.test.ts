// The engine's work in this process, to see it token by token.
import { decidePrompt, leverages, proposePrompt, sides, tones } from '@throughline/contracts'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../config.ts'
import { modelFiles, withFacts } from '../testing/model-files.ts'
import { cancelled, type LoadedModel, loadModel } from './inference.ts'
import type { ChatMessage, DecodeOptions } from './protocol.ts'

const slots = 8
const { signal } = new AbortController()

let model: LoadedModel
beforeAll(async () => {
  const [source] = loadConfig({}).models
  if (source === undefined) throw new Error('No model is configured')
  model = await loadModel({ ...source, modelPath: source.path, slots }, () => {})
})

/** Digits to the end: an answer whose length is known. */
const long = { grammar: 'root ::= [0-9]{60}' }
const question = {
  role: 'user',
  content: 'decide side:buyer round:1 ask:00450 offer:00396 limit:00400 gap:near tone:plain',
} as const

interface Asked {
  readonly slot: number
  readonly tenant?: string
  readonly messages?: readonly ChatMessage[]
  readonly options?: Partial<DecodeOptions>
}

async function ask({ slot, tenant = '', messages = [question], options }: Asked) {
  const tokens = model.tokenize({ messages })
  const { cachedTokens } = await model.prefill({ slot, tenant, tokens }, signal)
  let text = ''
  const lastToken = tokens.at(-1) ?? 0
  const maxTokens = model.facts.contextTokens - tokens.length
  const decoded = await model.decode(
    { slot, lastToken, maxTokens, temperature: 0, topP: 1, stop: [], ...options },
    signal,
    (piece) => {
      text += piece
    },
  )
  return { ...decoded, text, cachedTokens, inputTokens: tokens.length }
}

test('reads again only what it has not read for the same tenant', async () => {
  const ours = { slot: 0, tenant: 'ours' }
  const first = await ask(ours)
  expect(first.cachedTokens).toBe(0)
  const again = await ask(ours)
  expect(again.cachedTokens).toBe(again.inputTokens - 1)

  const answered = { role: 'assistant', content: again.text } as const
  const next = await ask({ ...ours, messages: [question, answered, question] })
  expect(next.cachedTokens).toBeGreaterThan(again.inputTokens)
  expect((await ask({ ...ours, tenant: 'theirs' })).cachedTokens).toBe(0)
  expect((await ask(ours)).cachedTokens).toBe(0)
})

test('reads all of it for those who name nobody', async () => {
  const unnamed = { slot: 0, tenant: '' }
  expect((await ask(unnamed)).cachedTokens).toBe(0)
  expect((await ask(unnamed)).cachedTokens).toBe(0)
})

const dollars = fc.constantFrom(45, 396, 450, 1_999, 99_999)
const position = fc.record({
  side: fc.constantFrom(...sides),
  round: fc.constantFrom(1, 2, 3),
  ...{ askDollars: dollars, offerDollars: dollars, limitDollars: dollars },
})
const turn = fc.oneof(
  fc
    .tuple(position, dollars, fc.constantFrom(...tones))
    .map(([where, priceDollars, tone]) => decidePrompt({ ...where, priceDollars, tone })),
  fc
    .tuple(position, fc.constantFrom(...leverages))
    .map(([where, leverage]) => proposePrompt({ ...where, leverage })),
)

test('answers the same with what it kept as without', async () => {
  let reused = 0
  let number = 0
  const attempt = async (content: string) => {
    const messages = [{ role: 'user' as const, content }]
    number += 1
    const kept = await ask({ slot: 1, tenant: 'same', messages })
    const fresh = await ask({ slot: 2, tenant: `another ${number}`, messages })
    reused += kept.cachedTokens
    expect(fresh.cachedTokens).toBe(0)
    expect(kept.text).toBe(fresh.text)
  }
  await fc.assert(fc.asyncProperty(turn, attempt), { numRuns: 100 })
  expect(reused).toBeGreaterThan(100)
})

test('samples one token at most after it is told to stop', async () => {
  for (const after of [1, 2, 7, 30]) {
    const controller = new AbortController()
    const tokens = model.tokenize({ messages: [question] })
    await model.prefill({ slot: 0, tenant: '', tokens }, signal)
    let shown = 0
    let cells = 0
    const options = { temperature: 0, topP: 1, stop: [], ...long }
    const decoding = model.decode(
      { slot: 0, lastToken: tokens.at(-1) ?? 0, maxTokens: 60, ...options },
      controller.signal,
      () => {
        shown += 1
        if (shown !== after) return
        cells = model.kvCellsUsed()
        controller.abort(cancelled)
      },
    )
    await expect(decoding).rejects.toBe(cancelled)
    // Each token that is written takes a cell when the next one is sampled.
    expect([shown, model.kvCellsUsed() - cells]).toEqual([after, 1])
  }
})

test('does not write an answer to a prompt that nobody waits for', async () => {
  const controller = new AbortController()
  const tokens = model.tokenize({ messages: [question] })
  const reading = model.prefill({ slot: 0, tenant: 'gone', tokens }, controller.signal)
  controller.abort(cancelled)
  await expect(reading).rejects.toBe(cancelled)
})

test('evaluates eight answers in about as many batches as one', async () => {
  const count = async (answers: number) => {
    const before = model.batchCounts()
    const asked = Array.from({ length: answers }, (_, slot) =>
      ask({ slot, tenant: `${answers} ${slot}`, options: long }),
    )
    const lengths = (await Promise.all(asked)).map(({ outputTokens }) => outputTokens)
    expect(lengths).toEqual(Array(answers).fill(60))
    const { batches, parts } = model.batchCounts()
    return { batches: batches - before.batches, parts: parts - before.parts }
  }
  const one = await count(1)
  const eight = await count(8)
  expect(one.parts).toBe(one.batches)
  expect(eight.parts).toBe(8 * one.parts)
  expect(eight.batches).toBeLessThan(2 * one.batches)
})

test('writes the spaces that some models leave to the text before', async () => {
  const facts = withFacts({ 'tokenizer.ggml.add_space_prefix': true })
  const modelPath = modelFiles().write('spaces.gguf', facts)
  const [source] = loadConfig({}).models
  if (source === undefined) throw new Error('No model is configured')
  const spaced = await loadModel({ ...source, modelPath, slots: 1 }, () => {})
  const tokens = spaced.tokenize({ text: 'decide' })
  await spaced.prefill({ slot: 0, tenant: '', tokens }, signal)
  let text = ''
  await spaced.decode(
    {
      ...{ slot: 0, lastToken: tokens.at(-1) ?? 0, maxTokens: 60, temperature: 0, topP: 1 },
      ...{ stop: [], grammar: 'root ::= " side:buyer round:1 gap:near"' },
    },
    signal,
    (piece) => {
      text += piece
    },
  )
  expect(text).toBe(' side:buyer round:1 gap:near')
})
