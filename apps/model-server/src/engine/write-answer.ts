// An answer in one of the engine's sequences: the prompt is read, and then one token follows the other.
import { randomInt } from 'node:crypto'
import {
  type Llama,
  type LlamaContextSequence,
  LlamaGrammar,
  LlamaGrammarEvaluationState,
  type LlamaModel,
  type Token,
} from 'node-llama-cpp'
import { type AnswerOptions, type Decoded, seedCount, type Written } from './protocol.ts'
import type { Rounds } from './rounds.ts'
import { createTextStream, tokensBefore } from './text-stream.ts'

export interface WriteOptions extends Omit<AnswerOptions, 'prompt' | 'tenant'> {
  readonly signal: AbortSignal
  /** The prompt is read, and there is a token. */
  readonly onFirst: () => void
  readonly onWritten: (written: Written) => void
}

/**
 * One of so many tokens, the likeliest, is drawn. Those beyond are noise, and `top_p` would have to sort the whole
 * vocabulary for each token: 150,000 of them in many a model.
 */
const topK = 40

/** Goes on behind what the sequence holds, with the prompt's rest. */
export type WriteAnswer = (
  sequence: LlamaContextSequence,
  prompt: readonly Token[],
  options: WriteOptions,
) => Promise<Decoded>

export function createWriter(llama: Llama, model: LlamaModel, rounds: Rounds): WriteAnswer {
  const grammarState = (grammar: string) =>
    new LlamaGrammarEvaluationState({ model, grammar: new LlamaGrammar(llama, { grammar }) })

  return async (sequence, prompt, { signal, onFirst, onWritten, ...options }) => {
    const { temperature, topP, grammar, stop, maxTokens } = options
    // Left alone, the library seeds each token with the second of the clock: all who ask at once would get one answer.
    const { seed = randomInt(seedCount) } = options
    const lastBatch = await readAllButOneBatch(sequence, prompt, signal)
    let outputTokens = 0
    const text = createTextStream({
      detokenize: (tokens, before) => model.detokenize(tokens as Token[], false, before as Token[]),
      before: [...sequence.contextTokens, ...lastBatch].slice(-tokensBefore),
      stop,
      onText: (piece) => onWritten({ text: piece, outputTokens }),
    })
    const sampled = sequence.evaluate(lastBatch, {
      ...{ temperature, topK, topP, seed, yieldEogToken: true },
      ...(grammar !== undefined && { grammarEvaluationState: grammarState(grammar) }),
    })
    let finishReason: Decoded['finishReason'] = 'length'
    let firstAt: number | undefined
    let lastAt = 0
    for await (const token of rounds.inStep(sampled)) {
      signal.throwIfAborted()
      const at = performance.now()
      if (firstAt === undefined) {
        firstAt = at
        lastAt = at
        onFirst()
      }
      if (model.isEogToken(token)) {
        finishReason = 'stop'
        break
      }
      outputTokens += 1
      if (text.push(token) === 'stopped') {
        finishReason = 'stop'
        // What completes a stop sequence is none of the answer.
        outputTokens -= 1
        break
      }
      lastAt = at
      if (outputTokens >= maxTokens) break
    }
    if (firstAt === undefined) throw new Error('The engine gave no token')
    text.end()
    return { finishReason, outputTokens, durationMs: lastAt - firstAt }
  }
}

/** Nobody is asked whether to go on within one evaluation, so a long prompt is read in several. */
async function readAllButOneBatch(
  sequence: LlamaContextSequence,
  prompt: readonly Token[],
  signal: AbortSignal,
): Promise<Token[]> {
  const { batchSize } = sequence.context
  let from = 0
  for (; prompt.length - from > batchSize; from += batchSize) {
    await sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(from, from + batchSize))
    signal.throwIfAborted()
  }
  return prompt.slice(from)
}
