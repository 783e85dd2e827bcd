// The engine's work in this process, to see it token by token.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { decidePrompt, leverages, proposePrompt, sides, tones } from '@throughline/contracts'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../config.ts'
import { modelFiles, withFacts } from '../testing/model-files.ts'
import { cancelled, type LoadedModel, loadModel } from './inference.ts'
import type { AnswerOptions, ChatMessage, Prefilled, Progress } from './protocol.ts'

const slots = 8
const { signal } = new AbortController()

let model: LoadedModel
/** Whoever comes here comes after somebody else. */
let oneSlot: LoadedModel
beforeAll(async () => {
  model = await load({ slots })
  oneSlot = await load({ slots: 1 })
})

async function load(params: { slots: number; modelPath?: string }): Promise<LoadedModel> {
  const [source] = loadConfig({}).models
  if (source === undefined) throw new Error('No model is configured')
  return loadModel({ ...source, modelPath: source.path, ...params }, () => {})
}

/** Digits to the end: an answer whose length is known. */
const long = { grammar: 'root ::= [0-9]{60}' }
const short = { grammar: 'root ::= [0-9]{2}' }
const question = {
  role: 'user',
  content: 'decide side:buyer round:1 ask:00450 offer:00396 limit:00400 gap:near tone:plain',
} as const

interface Asked {
  readonly tenant?: string
  readonly messages?: readonly ChatMessage[]
  readonly options?: Partial<AnswerOptions>
}

const plain = { tenant: '', maxTokens: 1_000, temperature: 0, topP: 1, stop: [] }

async function ask({ tenant = '', messages = [question], options }: Asked, asked = model) {
  let text = ''
  const read: Prefilled[] = []
  const prompt = { messages }
  const decoded = await asked.answer(
    { ...plain, tenant, prompt, ...options },
    signal,
    (progress) => {
      if ('text' in progress) text += progress.text
      else read.push(progress.prefilled)
    },
  )
  const [prefilled, ...others] = read
  if (prefilled === undefined) throw new Error('The prompt has not been read')
  expect(others).toEqual([])
  const { cachedTokens, inputTokens } = prefilled
  return { ...decoded, text, cachedTokens, inputTokens }
}

test('reads again only what it has not read for the same tenant', async () => {
  const ours = { tenant: 'ours' }
  const first = await ask(ours, oneSlot)
  expect(first.cachedTokens).toBe(0)
  const again = await ask(ours, oneSlot)
  expect(again.cachedTokens).toBe(again.inputTokens - 1)

  const answered = { role: 'assistant', content: again.text } as const
  const next = await ask({ ...ours, messages: [question, answered, question] }, oneSlot)
  expect(next.cachedTokens).toBeGreaterThan(again.inputTokens)
  expect((await ask({ ...ours, tenant: 'theirs' }, oneSlot)).cachedTokens).toBe(0)
  expect((await ask(ours, oneSlot)).cachedTokens).toBe(0)
})

test('keeps two conversations of one tenant that take turns', async () => {
  const begin = (content: string): ChatMessage => ({ role: 'user', content })
  const histories = [[begin('propose side:buyer round:1')], [begin('decide side:seller round:3')]]
  const tenant = 'two conversations'
  for (let turn = 0; turn < 3; turn++) {
    for (const messages of histories) {
      const { text, cachedTokens, inputTokens } = await ask({ tenant, messages, options: short })
      if (turn > 0) expect(cachedTokens).toBeGreaterThan(inputTokens / 2)
      messages.push({ role: 'assistant', content: text }, begin('next'))
    }
  }
})

test('reads all of it for those who name nobody', async () => {
  const unnamed = { tenant: '' }
  expect((await ask(unnamed, oneSlot)).cachedTokens).toBe(0)
  expect((await ask(unnamed, oneSlot)).cachedTokens).toBe(0)
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
    const kept = await ask({ tenant: 'same', messages })
    const fresh = await ask({ tenant: `another ${number}`, messages })
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
    let shown = 0
    let cells = 0
    const prompt = { messages: [question] }
    const writing = model.answer({ ...plain, prompt, ...long }, controller.signal, (progress) => {
      if (!('text' in progress)) return
      shown += 1
      if (shown !== after) return
      cells = model.kvCellsUsed()
      controller.abort(cancelled)
    })
    await expect(writing).rejects.toBe(cancelled)
    // Each token that is written takes a cell when the next one is sampled.
    expect([shown, model.kvCellsUsed() - cells]).toEqual([after, 1])
  }
})

test('does not write an answer to a prompt that nobody waits for', async () => {
  for (const evaluations of [0, 1]) {
    const controller = new AbortController()
    const told: Progress[] = []
    const { batches } = model.batchCounts()
    const asked = { ...plain, prompt: { messages: [question] } }
    const writing = model.answer(asked, controller.signal, (progress) => told.push(progress))
    while (model.batchCounts().batches < batches + evaluations) await nextTurn()
    controller.abort(cancelled)
    await expect(writing).rejects.toBe(cancelled)
    expect(told).toEqual([])
  }
})

test('refuses a prompt that leaves no room, before it reads any of it', async () => {
  const { contextTokens } = model.facts
  const { batches } = model.batchCounts()
  const answerTo = (length: number) =>
    ask({ options: { prompt: { tokens: Array(length).fill(1) } } })
  await expect(answerTo(contextTokens)).rejects.toMatchObject({
    code: 'context_length_exceeded',
    message: `The prompt has ${contextTokens} tokens; with an answer, ${contextTokens} tokens fit`,
  })
  expect(model.batchCounts().batches).toBe(batches)
  expect(await answerTo(contextTokens - 1)).toMatchObject({ outputTokens: 1 })
})

test('refuses a prompt without a token', async () => {
  const answered = ask({ options: { prompt: { tokens: [] } } })
  await expect(answered).rejects.toMatchObject({ code: 'invalid_request', param: 'prompt' })
})

test('evaluates eight answers in about as many batches as one', async () => {
  const count = async (answers: number) => {
    const before = model.batchCounts()
    const asked = Array.from({ length: answers }, (_, number) =>
      ask({ tenant: `${answers} ${number}`, options: long }),
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
  const spaced = await load({ slots: 1, modelPath: modelFiles().write('spaces.gguf', facts) })
  const grammar = 'root ::= " side:buyer round:1 gap:near"'
  const { text } = await ask({ options: { prompt: { text: 'decide' }, grammar } }, spaced)
  expect(text).toBe(' side:buyer round:1 gap:near')
})
