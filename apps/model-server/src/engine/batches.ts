// What the engine evaluates at once: a part of every sequence that has tokens to evaluate, answers and prompts alike.
import type { CustomBatchingPrioritizationStrategy, PrioritizedBatchItem } from 'node-llama-cpp'

export interface BatchCounts {
  /** Evaluations: the model's weights were gone through so often. */
  readonly batches: number
  /** Sequences that had a part in one, summed over all: without batching, as many as batches. */
  readonly parts: number
}

export interface Batches {
  readonly counts: () => BatchCounts
  readonly share: CustomBatchingPrioritizationStrategy
}

/** `onBatch` is told of how many answers it holds the next token. */
export function createBatches(onBatch: (answers: number) => void = () => {}): Batches {
  let batches = 0
  let parts = 0
  return {
    counts: () => ({ batches, parts }),
    /** The same for each; what short ones leave, among them all answers, is for the long ones. */
    share: ({ items, size }) => {
      batches += 1
      parts += items.length
      let left = size
      const shortestFirst = items.toSorted((one, other) => one.tokens.length - other.tokens.length)
      const shares = shortestFirst.map((item, index) => {
        const fairShare = Math.floor(left / (items.length - index))
        const processAmount = Math.min(item.tokens.length, fairShare)
        left -= processAmount
        return { item, processAmount }
      })
      onBatch(shares.filter(givesToken).length)
      return shares
    },
  }
}

/** Only of an answer's last token the engine wants to know what comes next. */
function givesToken({ item, processAmount }: PrioritizedBatchItem): boolean {
  return processAmount === item.tokens.length && item.logits.at(-1) === true
}
