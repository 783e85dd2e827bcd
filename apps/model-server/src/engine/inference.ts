// llama.cpp through node-llama-cpp: a model, a context with one sequence a slot, and the two phases of an answer.
import {
  getLlama,
  type LlamaContext,
  type LlamaContextSequence,
  LlamaGrammar,
  LlamaGrammarEvaluationState,
  type Token,
} from 'node-llama-cpp'
import { type BatchCounts, createBatches } from './batches.ts'
import { createEmbedder, isForEmbeddings } from './embedder.ts'
import { reasonFor, refuseUnfit, withoutFolders } from './model-fitness.ts'
import { createPromptReader } from './prompt-tokens.ts'
import type { Decoded, ModelFacts, Params, Result } from './protocol.ts'
import { createRounds } from './rounds.ts'
import { createTextStream, tokensBefore } from './text-stream.ts'

export interface LoadedModel {
  readonly facts: ModelFacts
  readonly kvCells: number
  kvCellsUsed(): number
  batchCounts(): BatchCounts
  tokenize(params: Params<'tokenize'>): Result<'tokenize'>
  prefill(params: Params<'prefill'>, signal: AbortSignal): Promise<Result<'prefill'>>
  embed(params: Params<'embed'>): Promise<Result<'embed'>>
  decode(
    params: Params<'decode'>,
    signal: AbortSignal,
    onText: (text: string) => void,
  ): Promise<Decoded>
}

export const cancelled = new Error('cancelled')

/** Rejects with a reason that says nothing of folders. */
export async function loadModel(
  params: Params<'load'>,
  onLog: (line: string) => void,
): Promise<LoadedModel> {
  try {
    return await load(params, onLog)
  } catch (err) {
    const reason = err instanceof Error ? err.message : String(err)
    throw new Error(withoutFolders(reason, params.modelPath), { cause: err })
  }
}

async function load(params: Params<'load'>, onLog: (line: string) => void): Promise<LoadedModel> {
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
  const batches = createBatches(rounds.begin)
  // A model does one or the other, and room to write in is what takes the memory.
  const embeds = isForEmbeddings(model.fileInfo)
  const embedder = embeds ? await createEmbedder(model, contextTokens, threads) : undefined
  const options = { contextSize: contextTokens, threads }
  const batching = { itemPrioritizationStrategy: batches.share }
  const sequences = embeds
    ? []
    : sequencesOf(await model.createContext({ ...options, sequences: slots, batching }), slots)
  const prompts = createPromptReader(model)
  loaded = true

  const sequenceOf = (slot: number): LlamaContextSequence => {
    const sequence = sequences[slot]
    if (sequence === undefined) throw new Error(`There is no slot ${slot}`)
    return sequence
  }

  const tenants = new Map<LlamaContextSequence, string>()
  /**
   * What both begin with stays if it is the tenant's own: no answer's pace tells what somebody else has asked. Those who
   * name nobody may be anybody.
   */
  const keepPrefix = async (sequence: LlamaContextSequence, tenant: string, tokens: Token[]) => {
    const isOwn = tenant !== '' && tenants.get(sequence) === tenant
    if (isOwn) await sequence.adaptStateToTokens(tokens, false)
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

    /** Evaluates all but the last token, so that decoding begins with the first answer token's own time. */
    prefill: async ({ slot, tenant, tokens }, signal) => {
      const prefillStarted = performance.now()
      const sequence = sequenceOf(slot)
      const head = tokens.slice(0, -1) as Token[]
      const cachedTokens = await keepPrefix(sequence, tenant, head)
      const { batchSize } = sequence.context
      for (let from = cachedTokens; from < head.length; from += batchSize) {
        await sequence.evaluateWithoutGeneratingNewTokens(head.slice(from, from + batchSize))
        signal.throwIfAborted()
      }
      return { cachedTokens, durationMs: performance.now() - prefillStarted }
    },

    embed: async ({ tokens }) => {
      if (embedder === undefined) throw new Error('The model was not made for embeddings')
      return embedder.embed(tokens)
    },

    decode: async ({ slot, lastToken, maxTokens, stop, ...options }, signal, onText) => {
      const decodeStarted = performance.now()
      const sequence = sequenceOf(slot)
      const text = createTextStream({
        detokenize: (tokens, before) =>
          model.detokenize(tokens as Token[], false, before as Token[]),
        before: [...sequence.contextTokens, lastToken].slice(-tokensBefore),
        stop,
        onText,
      })
      let finishReason: Decoded['finishReason'] = 'length'
      let outputTokens = 0
      let firstTokenMs = 0
      const sampled = sequence.evaluate([lastToken as Token], {
        ...sampling(options),
        ...(options.grammar !== undefined && {
          grammarEvaluationState: new LlamaGrammarEvaluationState({
            model,
            grammar: new LlamaGrammar(llama, { grammar: options.grammar }),
          }),
        }),
        yieldEogToken: true,
      })
      for await (const token of rounds.inStep(sampled)) {
        signal.throwIfAborted()
        if (outputTokens === 0) firstTokenMs = performance.now() - decodeStarted
        if (model.isEogToken(token) || text.push(token) === 'stopped') {
          finishReason = 'stop'
          break
        }
        outputTokens += 1
        if (outputTokens >= maxTokens) break
      }
      text.end()
      return {
        finishReason,
        outputTokens,
        firstTokenMs,
        durationMs: performance.now() - decodeStarted,
      }
    },
  }
}

function sequencesOf(context: LlamaContext, count: number): LlamaContextSequence[] {
  return Array.from({ length: count }, () => context.getSequence())
}

function sampling({
  temperature,
  topP,
  seed,
}: Pick<Params<'decode'>, 'temperature' | 'topP' | 'seed'>) {
  return { temperature, topP, ...(seed !== undefined && { seed }) }
}
