import { setImmediate as nextTurn } from 'node:timers/promises'
import { beforeAll, expect, test, vi } from 'vitest'
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
function answer(tenant: number, length: number, onProgress: () => void = () => {}) {
  const options = { maxTokens: length, temperature: 0, topP: 1, stop: [] }
  const grammar = `root ::= [0-9]{${length}}`
  const asked = { ...options, grammar, prompt: { messages }, tenant: `${tenant}` }
  return model.answer(asked, signal, onProgress)
}

/** Answers whose tokens come when the test says so. */
function answerers(count: number) {
  const rounds = createRounds()
  const takes = Array(count).fill(0)
  const turns = takes.map(() => Promise.withResolvers<'token' | 'failure'>())
  const tokensOf = async function* (index: number) {
    while (true) {
      const turn = await turns[index]?.promise
      turns[index] = Promise.withResolvers()
      if (turn === 'failure') throw new Error('no token')
      yield index
    }
  }
  const outcomes = takes.map(async (_, index) => {
    for await (const token of rounds.inStep(tokensOf(index))) takes[token] += 1
  })
  const give = async (index: number, what: 'token' | 'failure' = 'token') => {
    turns[index]?.resolve(what)
    await nextTurn()
  }
  return { rounds, takes, outcomes, give }
}

test('a round ends when everybody has a token', async () => {
  const { rounds, takes, give } = answerers(2)
  rounds.begin(2)
  await give(0)
  // Its next is there already, and has to wait for the other's first.
  await give(0)
  expect(takes).toEqual([1, 0])
  await give(1)
  await vi.waitFor(() => expect(takes).toEqual([2, 1]))
})

test('a round ends without an answer that fails', async () => {
  const { rounds, takes, outcomes, give } = answerers(3)
  rounds.begin(3)
  await give(0)
  await give(0)
  await give(1)
  expect(takes).toEqual([1, 1, 0])
  const [, , third] = outcomes
  await Promise.all([give(2, 'failure'), expect(third).rejects.toThrow('no token')])
  await vi.waitFor(() => expect(takes).toEqual([2, 1, 0]))
})

test('nobody waits for a round that another has followed', async () => {
  const { rounds, takes, give } = answerers(2)
  rounds.begin(2)
  await give(0)
  await give(0)
  rounds.begin(1)
  await vi.waitFor(() => expect(takes).toEqual([2, 0]))
})

test('nobody is waited for when no evaluation is under way', async () => {
  const { takes, give } = answerers(1)
  await give(0)
  await give(0)
  await vi.waitFor(() => expect(takes).toEqual([2]))
})

test('answers that come and go at any time keep sharing their evaluations', async () => {
  const before = model.batchCounts()
  let tokens = 0
  const answers = async (tenant: number) => {
    for (let number = 0; number < 4; number++) {
      const length = 12 + ((5 * tenant + 7 * number) % 24)
      await answer(tenant, length)
      tokens += length
    }
  }
  await Promise.all(Array.from({ length: slots }, (_, tenant) => answers(tenant)))
  const batches = model.batchCounts().batches - before.batches
  // Nobody is alone for long: as many evaluations as tokens would be no batching at all.
  expect(tokens / batches).toBeGreaterThan(slots / 2)
})

test('a prompt is read while other answers go on', async () => {
  const underWay = Promise.withResolvers<void>()
  const long = [0, 1, 2].map((tenant) => answer(tenant, 60, underWay.resolve))
  await underWay.promise
  let ended = 0
  for (const one of long) void one.then(() => (ended += 1))
  await answer(3, 2)
  expect(ended).toBe(0)
  await Promise.all(long)
})
