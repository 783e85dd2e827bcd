import { setImmediate as nextTurn } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../config.ts'
import { type LoadedModel, loadModel } from './inference.ts'
import { createRounds } from './rounds.ts'

const slots = 8
const { signal } = new AbortController()
const messages = [{ role: 'user', content: 'propose side:buyer round:1 ask:00450' }] as const

let model: LoadedModel
beforeAll(async () => {
  const [source] = loadConfig({}).models
  if (source === undefined) throw new Error('No model is configured')
  model = await loadModel({ ...source, modelPath: source.path, slots }, () => {})
})

/** An answer of so many tokens. */
async function answer(slot: number, length: number, onText: () => void = () => {}) {
  const tokens = model.tokenize({ messages })
  await model.prefill({ slot, tenant: `${slot}`, tokens }, signal)
  const options = { maxTokens: length, temperature: 0, topP: 1, stop: [] }
  const grammar = `root ::= [0-9]{${length}}`
  const lastToken = tokens.at(-1) ?? 0
  return model.decode({ ...options, grammar, slot, lastToken }, signal, onText)
}

test('a round ends when everybody has a token, whoever is done among them', async () => {
  const rounds = createRounds()
  rounds.begin(3)
  rounds.gotToken()
  let ended = 0
  const next = async () => {
    await rounds.next()
    ended += 1
  }
  const [first] = [next(), rounds.gotToken()]
  void next()
  await nextTurn()
  expect(ended).toBe(0)
  // The third has got its last.
  rounds.gotToken()
  await first
  await nextTurn()
  expect(ended).toBe(2)
})

test('nobody is waited for when no evaluation is under way', async () => {
  const rounds = createRounds()
  await rounds.next()
  rounds.begin(0)
  await rounds.next()
})

test('answers that come and go at any time keep sharing their evaluations', async () => {
  const before = model.batchCounts()
  let tokens = 0
  const answers = async (slot: number) => {
    for (let number = 0; number < 4; number++) {
      const length = 12 + ((5 * slot + 7 * number) % 24)
      await answer(slot, length)
      tokens += length
    }
  }
  await Promise.all(Array.from({ length: slots }, (_, slot) => answers(slot)))
  const batches = model.batchCounts().batches - before.batches
  // Nobody is alone for long: as many evaluations as tokens would be no batching at all.
  expect(tokens / batches).toBeGreaterThan(slots / 2)
})

test('a prompt is read while other answers go on', async () => {
  const underWay = Promise.withResolvers<void>()
  const long = [0, 1, 2].map((slot) => answer(slot, 60, underWay.resolve))
  await underWay.promise
  let ended = 0
  for (const one of long) void one.then(() => (ended += 1))
  await answer(3, 2)
  expect(ended).toBe(0)
  await Promise.all(long)
})
