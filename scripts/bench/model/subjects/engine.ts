// The engine alone, as little around it as can be: node-llama-cpp in one process, a sequence for each answer under way.
// Called plainly, or with the one thing that our server does about its batches.
import {
  type ChatHistoryItem,
  getLlama,
  JinjaTemplateChatWrapper,
  type LlamaContextSequence,
} from 'node-llama-cpp'
import { createBatches } from '../../../../apps/model-server/src/engine/batches.ts'
import { createRounds } from '../../../../apps/model-server/src/engine/rounds.ts'
import { offerWork } from '../../telemetry/control.ts'
import { type Answered, answerAll, type Load } from '../load/load.ts'
import { maxTokens } from '../questions.ts'

const [modelPath = '', slots = '', manner = ''] = process.argv.slice(2)
// The library tries its binary in a process of its own first, which has nothing to do with our flags.
process.execArgv = []
const llama = await getLlama({
  ...{ gpu: false, build: 'never', skipDownload: true, progressLogs: false, maxThreads: 1 },
  logger: () => {},
})
const model = await llama.loadModel({ modelPath, gpuLayers: 0 })
const rounds = manner === 'rounds' ? createRounds() : undefined
const context = await model.createContext({
  ...{ sequences: Number(slots), contextSize: model.trainContextSize, threads: 1 },
  ...(rounds && { batching: { itemPrioritizationStrategy: createBatches(rounds.begin).share } }),
})
const sequences = Array.from({ length: Number(slots) }, () => context.getSequence())
const chat = new JinjaTemplateChatWrapper({
  template: model.fileInfo.metadata.tokenizer?.chat_template ?? '',
  ...{ tokenizer: model.tokenizer, functionCallMessageTemplate: 'noJinja' },
})

offerWork(async ({ clients, questions }: Load): Promise<Answered> => {
  const free = [...sequences]
  const queue: ((sequence: LlamaContextSequence) => void)[] = []
  const take = () => {
    const sequence = free.shift()
    return sequence ?? new Promise<LlamaContextSequence>((resolve) => queue.push(resolve))
  }
  const waitedMs: number[] = []
  const answer = async (_client: number, question: string) => {
    const startedAt = performance.now()
    const sequence = await take()
    waitedMs.push(performance.now() - startedAt)
    try {
      return await answerIn(sequence, question, startedAt)
    } finally {
      const next = queue.shift()
      if (next === undefined) free.push(sequence)
      else next(sequence)
    }
  }
  const { seconds, raw } = await answerAll([...Array(clients).keys()], questions, answer)
  return { seconds, waitedMs, answers: raw.map(([question, rest]) => ({ question, ...rest })) }
})

async function answerIn(sequence: LlamaContextSequence, text: string, startedAt: number) {
  const chatHistory: ChatHistoryItem[] = [
    { type: 'user', text },
    { type: 'model', response: [] },
  ]
  const prompt = chat.generateContextState({ chatHistory }).contextText.tokenize(model.tokenizer)
  await sequence.clearHistory()
  let [answer, tokens, firstTokenMs] = ['', 0, 0]
  const before = prompt.slice(-3)
  const sampled = sequence.evaluate(prompt, { temperature: 0, yieldEogToken: true })
  for await (const token of rounds?.inStep(sampled) ?? sampled) {
    if (tokens === 0) firstTokenMs = performance.now() - startedAt
    if (model.isEogToken(token)) break
    answer += model.detokenize([token], false, before)
    before.push(token)
    tokens += 1
    if (tokens >= maxTokens) break
  }
  return { text: answer, tokens, firstTokenMs }
}
