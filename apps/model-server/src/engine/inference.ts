// llama.cpp through node-llama-cpp: a model, and a context with one sequence a slot.
import { getLlama, type LlamaContext, type LlamaContextSequence, type Token } from 'node-llama-cpp'
import { type BatchCounts, createBatches } from './batches.ts'
import { createEmbedder, isForEmbeddings } from './embedder.ts'
import { reasonFor, refuseUnfit, withoutFolders } from './model-fitness.ts'
import { createPrefixMemory } from './prefix-memory.ts'
import { createPromptReader } from './prompt-tokens.ts'
import type { ModelFacts, Params, Progress, Result } from './protocol.ts'
import { paramOf, roomForAnswer } from './room-for-answer.ts'
import { createRounds } from './rounds.ts'
import { createWriter } from './write-answer.ts'

export interface LoadedModel {
  readonly facts: ModelFacts
  readonly kvCells: number
  kvCellsUsed(): number
  batchCounts(): BatchCounts
  tokenize(params: Params<'tokenize'>): Result<'tokenize'>
  embed(params: Params<'embed'>): Promise<Result<'embed'>>
  answer(
    params: Params<'answer'>,
    signal: AbortSignal,
    tell: (progress: Progress) => void,
  ): Promise<Result<'answer'>>
}

export const cancelled = new Error('cancelled')

/** Rejects with a reason that says nothing of folders. */
export async function loadModel(
  params: Params<'load'>,
  onLog: (line: string) => void,
  onEvaluation: () => void = () => {},
): Promise<LoadedModel> {
  try {
    return await load(params, onLog, onEvaluation)
  } catch (err) {
    const reason = err instanceof Error ? err.message : String(err)
    throw new Error(withoutFolders(reason, params.modelPath), { cause: err })
  }
}

async function load(
  params: Params<'load'>,
  onLog: (line: string) => void,
  onEvaluation: () => void,
): Promise<LoadedModel> {
  const { modelPath, slots, maxContextTokens, threads } = params
  const started = performance.now()
  await refuseUnfit(params)
  const complaints: string[] = []
  let loaded = false
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    maxThreads: threads,
    logger: (level, message) => {
      // From the first request on it may quote what it was given, as a grammar that it cannot read.
      if (loaded || (level !== 'error' && level !== 'fatal')) return
      complaints.push(message)
      onLog(withoutFolders(message, modelPath))
    },
  })
  const model = await llama.loadModel({ modelPath, gpuLayers: 0 }).catch(async (err) => {
    const reason = await reasonFor(err, complaints)
    throw new Error(reason, { cause: err })
  })
  const contextTokens = Math.min(model.trainContextSize, maxContextTokens)
  const rounds = createRounds()
  const batches = createBatches((answers) => {
    rounds.begin(answers)
    onEvaluation()
  })
  // A model does one or the other, and room to write in is what takes the memory.
  const embeds = isForEmbeddings(model.fileInfo)
  const embedder = embeds ? await createEmbedder(model, contextTokens, threads) : undefined
  const options = { contextSize: contextTokens, threads }
  const batching = { itemPrioritizationStrategy: batches.share }
  const sequences = embeds
    ? []
    : sequencesOf(await model.createContext({ ...options, sequences: slots, batching }), slots)
  const prompts = createPromptReader(model)
  const writeAnswer = createWriter(llama, model, rounds)
  const memory = createPrefixMemory(sequences)
  loaded = true

  const tenants = new Map<LlamaContextSequence, string>()
  /**
   * What both begin with stays if it is the tenant's own: no answer's pace tells what somebody else has asked. Those who
   * name nobody may be anybody. The last token is read again in any case: the answer comes of it.
   */
  const keepPrefix = async (
    sequence: LlamaContextSequence,
    tenant: string,
    tokens: readonly number[],
  ) => {
    const isOwn = tenant !== '' && tenants.get(sequence) === tenant
    if (isOwn) await sequence.adaptStateToTokens(tokens.slice(0, -1) as Token[], false)
    else await sequence.clearHistory()
    tenants.set(sequence, tenant)
    return sequence.nextTokenIndex
  }

  return {
    facts: {
      contextTokens,
      hasChatTemplate: prompts.hasChatTemplate,
      embeds,
      loadMs: performance.now() - started,
    },
    kvCells: contextTokens * (embeds ? 1 : slots),
    kvCellsUsed: () => sequences.reduce((sum, { nextTokenIndex }) => sum + nextTokenIndex, 0),
    batchCounts: batches.counts,

    tokenize: prompts.tokensOf,

    embed: async ({ tokens }) => {
      if (embedder === undefined) throw new Error('The model was not made for embeddings')
      return embedder.embed(tokens)
    },

    answer: async ({ prompt, tenant, maxTokens, ...options }, signal, tell) => {
      const tokens = 'tokens' in prompt ? prompt.tokens : prompts.tokensOf(prompt)
      const room = roomForAnswer(tokens.length, paramOf(prompt), { contextTokens })
      const startedAt = performance.now()
      const sequence = memory.take(tenant, tokens)
      try {
        const cachedTokens = await keepPrefix(sequence, tenant, tokens)
        signal.throwIfAborted()
        return await writeAnswer(sequence, tokens.slice(cachedTokens) as Token[], {
          ...{ ...options, maxTokens: Math.min(maxTokens, room), signal },
          onFirst: () => {
            const durationMs = performance.now() - startedAt
            tell({ prefilled: { inputTokens: tokens.length, cachedTokens, durationMs } })
          },
          onWritten: tell,
        })
      } finally {
        memory.giveBack(sequence)
      }
    },
  }
}

function sequencesOf(context: LlamaContext, count: number): LlamaContextSequence[] {
  return Array.from({ length: count }, () => context.getSequence())
}
