// An answer whose tokens, and their times, are given by the test.
import type { Llama, LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createRounds } from './rounds.ts'
import { createWriter } from './write-answer.ts'

const model = {
  isEogToken: (token: Token) => token === 0,
  detokenize: (tokens: readonly Token[]) => Buffer.from(tokens).toString(),
} as unknown as LlamaModel

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

/** Each takes ten milliseconds. */
const tokensOf = (text: string) =>
  async function* () {
    for (const byte of Buffer.from(text)) {
      vi.advanceTimersByTime(10)
      yield byte
    }
  }

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

test.for([
  ['the limit', 'abcdefghijkl', 'length', 10],
  ['its end', 'abc\0', 'stop', 3],
  ['a stop sequence', 'abcEND', 'stop', 5],
  ['its end at once', '\0', 'stop', 0],
] as const)(
  'takes the time from the first to the last token that counts: until %s',
  async ([, text, finishReason, outputTokens]) => {
    expect(await write(tokensOf(text))).toEqual({
      ...{ finishReason, outputTokens },
      durationMs: 10 * Math.max(outputTokens - 1, 0),
    })
  },
)
