// Vectors for texts, by models that were made for it: their header says how the tokens' vectors become the text's one.
// Any model has vectors inside, but those of a model that was not are no measure of meaning.
import type { GgufFileInfo, LlamaModel, Token } from 'node-llama-cpp'

export interface Embedder {
  readonly embed: (tokens: readonly number[]) => Promise<readonly number[]>
}

/** GGUF's numbers for the mean of all tokens, the first and the last one. */
const poolings: readonly unknown[] = [1, 2, 3]

export function isForEmbeddings({ architectureMetadata }: GgufFileInfo): boolean {
  const facts: { readonly pooling_type?: unknown } = architectureMetadata ?? {}
  return poolings.includes(facts.pooling_type)
}

export async function createEmbedder(
  model: LlamaModel,
  contextTokens: number,
  threads: number,
): Promise<Embedder> {
  // Only what is read in one batch is pooled together.
  const options = { contextSize: contextTokens, batchSize: contextTokens, threads }
  const context = await model.createEmbeddingContext(options)
  return {
    embed: async (tokens) => {
      const { vector } = await context.getEmbeddingFor([...tokens] as Token[])
      return vector
    },
  }
}
