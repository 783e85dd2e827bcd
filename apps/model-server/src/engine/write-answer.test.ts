// An answer whose tokens, and their times, are given by the test.
import type { Llama, LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp'
import { expect, test } from 'vitest'
import { createRounds } from './rounds.ts'
import { createWriter } from './write-answer.ts'

const model = {
  isEogToken: (token: Token) => token === 0,
  detokenize: (tokens: readonly Token[]) => Buffer.from(tokens).toString(),
} as unknown as LlamaModel

function write(evaluate: () => AsyncIterable<number>) {
  const sequence = { context: { batchSize: 8 }, contextTokens: [], evaluate }
  const writeAnswer = createWriter({} as Llama, model, createRounds())
  return writeAnswer(sequence as unknown as LlamaContextSequence, [1 as Token], {
    ...{ maxTokens: 10, temperature: 0, topP: 1, stop: ['END'] },
    signal: new AbortController().signal,
    onFirst: () => {},
    onWritten: () => {},
  })
}

test('fails when the engine gives no token, for then nothing has begun', async () => {
  const nothing = async function* () {}
  await expect(write(nothing)).rejects.toThrow('no token')
})
