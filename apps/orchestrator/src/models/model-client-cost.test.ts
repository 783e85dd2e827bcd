// What a call to the model costs, and which calls a budget allows.
import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { noUsage } from '../cost/usage.ts'
import { answer, fail, openStream, sendChunk } from '../testing/model-peer.ts'
import { modelPeerForEachTest } from '../testing/model-peer-for-each-test.ts'

const { peer, ask } = modelPeerForEachTest()

const twentyInNineOut = { inputTokens: 20, outputTokens: 9, costNanoUsd: 110_000, unpricedCalls: 0 }
const unpriced = { ...noUsage, unpricedCalls: 1 }

/** One complete answer, without a word on tokens unless they are given. */
const answerWith = (usage?: object) => (response: ServerResponse) => {
  openStream(response)
  const choices = [{ delta: { content: '{"leverage":"weak"}' }, finish_reason: 'stop' }]
  const chunk = JSON.stringify({ model: 'tiny-build-4711', choices, usage })
  response.end(`data: ${chunk}\n\ndata: [DONE]\n\n`)
}

test('a call costs its tokens, whether or not its answer is of use', async () => {
  peer.behaviour = answer('{"leverage":"weak"}')
  const good = ask()
  await good.reply
  expect(good.spending.used()).toEqual(twentyInNineOut)
  peer.behaviour = answer('{"leverage":"none"}')
  const bad = ask()
  await expect(bad.reply).rejects.toMatchObject({ code: 'model_answer_invalid' })
  expect(bad.spending.used()).toEqual(twentyInNineOut)
})

test('an unknown model counts as unknown, never as free', async () => {
  peer.behaviour = answer('{"leverage":"weak"}')
  const { reply, spending } = ask({ name: 'nobody-knows' })
  await reply
  expect(spending.used()).toEqual({ ...twentyInNineOut, costNanoUsd: 0, unpricedCalls: 1 })
})

test('prices by the name it asked by, whatever the server calls itself', async () => {
  peer.behaviour = answerWith({ prompt_tokens: 20, completion_tokens: 9 })
  const { reply, spending } = ask()
  await reply
  expect(spending.used()).toEqual(twentyInNineOut)
})

test.each([
  undefined,
  { prompt_tokens: -1, completion_tokens: 9 },
  { prompt_tokens: 1e15, completion_tokens: 9 },
  { prompt_tokens: '20', completion_tokens: 9 },
])('a server that says %j of its tokens leaves the cost unknown', async (usage) => {
  peer.behaviour = answerWith(usage)
  const { reply, spending } = ask()
  await reply
  expect(spending.used()).toEqual(unpriced)
})

test('an answer that breaks off leaves the cost unknown, a refusal costs nothing', async () => {
  peer.behaviour = (response) => {
    openStream(response)
    sendChunk(response, { content: '{' })
    setImmediate(() => response.destroy())
  }
  const broken = ask()
  await expect(broken.reply).rejects.toMatchObject({ code: 'model_unavailable' })
  expect(broken.spending.used()).toEqual(unpriced)
  peer.behaviour = fail(500)
  const refused = ask()
  await expect(refused.reply).rejects.toMatchObject({ code: 'model_unavailable' })
  expect(refused.spending.used()).toEqual(noUsage)
})

test('a call that could pass the budget is not made', async () => {
  peer.behaviour = answer('{"leverage":"weak"}')
  const { reply } = ask({ budgetNanoUsd: 2_600_000 })
  await expect(reply).rejects.toMatchObject({ code: 'budget_exceeded', consequence: 'fail' })
  expect(peer.requests).toEqual([])
  // 256 tokens out and every byte of the request in: some 2.9 million billionths.
  await ask({ budgetNanoUsd: 3_500_000 }).reply
  expect(peer.requests).toHaveLength(1)
})

test('with a budget, a model without a price is not asked', async () => {
  const { reply } = ask({ name: 'nobody-knows', budgetNanoUsd: 1e12 })
  await expect(reply).rejects.toMatchObject({ code: 'model_unpriced' })
  expect(peer.requests).toEqual([])
})
